"""Changes of one entry of the directory in force, such as a center, a rate of a partner, or a seat of a helpline."""
