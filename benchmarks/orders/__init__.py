"""The open benchmark of duplicate orders: streams of known truth, systems, figures."""
