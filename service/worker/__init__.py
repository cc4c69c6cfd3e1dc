"""Who is due is woken: the clock claims and enqueues, workers take a job each. A job is a contact id and a ticket, no more.

The queue only carries work. Whatever is lost on the way (a job, a worker, the whole queue), the lease in the due index offers the
contact again; whatever comes twice, the record says what is still to do.
"""

from service.worker.clock import Clock
from service.worker.jobs import LEASE, PUT_OFF, actor
from service.worker.queue import HEARTBEAT, QUEUE, broker, hand_out, queued

__all__ = ["HEARTBEAT", "LEASE", "PUT_OFF", "QUEUE", "Clock", "actor", "broker", "hand_out", "queued"]
