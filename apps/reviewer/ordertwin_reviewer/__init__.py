"""The review page and JSON: a web application that is a client of the gRPC server, nothing more.

It keeps no orders and decides nothing. Whoever signs in, or calls with a credential, has it
forwarded with every call, so rights, limits, errors and the operation log are the server's own.
"""
