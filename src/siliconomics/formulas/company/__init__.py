"""Companies: what their statements and forecasts say, and the ratios that follow."""
