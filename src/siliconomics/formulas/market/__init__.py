"""The market: demand, domestic supply and the share that one covers of the other."""
