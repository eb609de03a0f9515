"""A street made up to the last detail, so that what really happened on it is known exactly.

    behaviours ──▶ actors ──▶ what a detector finds of them ──▶ events
        └────────▶ stands ──▶ truth

It belongs to the core because it is pure: the seed is an input. Every draw comes from a generator made of the seed,
the day and the name of what is drawn (``draws``), so the same street, seed and day give the same events, and one thing
more on a street changes none of the others, but for what it hides. The bits of a day are the same wherever numpy is:
it keeps its generators stable, and promises less for its normal distribution.

What is *not* simulated: perspective, shadows, a detector that errs about the same thing all day, a moving camera.
"""
