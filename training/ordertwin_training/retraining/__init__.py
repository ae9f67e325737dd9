"""Retraining: from what people and time said about pairs to a challenger of the model in service.

verdicts ─► own pairs ─► split ─► correction of the champion ─► gate ─► candidate
"""
