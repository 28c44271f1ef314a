"""The errands: tasks that ask somebody outside (the carrier, a mail server, a webhook), and may have to wait for them.

They have a worker of their own, so that what waits outside delays no call's record or charge.
"""
