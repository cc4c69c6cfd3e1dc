"""What people type as answers -> values: clock times, spans, days, supply, zones."""
