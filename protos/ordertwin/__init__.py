"""OrderTwin's public contract."""
