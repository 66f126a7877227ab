"""Numbers over the API: definitions, snapshots, and the rows behind them."""
