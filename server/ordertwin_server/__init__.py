"""The server: ScoreOrder and its companions over gRPC, light enough to start in a second.

Layers, outside in: `app` puts everything together, `interceptors` guard each call, `services` turn
messages into core values and back, `commands` do the work on core, store and model.
"""
