"""What the offline reader knows of clinical language. Data only: names, units, cues."""
