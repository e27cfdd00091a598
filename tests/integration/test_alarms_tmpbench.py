import time, random, resource
from datetime import timedelta
import pytest
from tests.integration.alarms_world import *
pytestmark = pytest.mark.both_stores
N=5000
def cpu(): return time.process_time()
@pytest.mark.timeout(500)
def test_bench(database):
    one = World(database, LIMIT+SILENCE, batch_facts=50)
    names=[f"d{i}" for i in range(N)]
    one.provision(*(device(n, shard=f"s{i%2}", area_code="22333") for i,n in enumerate(names)))
    def round_(k, high=()):
        for b in range(5):
            one.now = START+timedelta(minutes=k, seconds=b)
            one.store([(n, one.now, 150.0 if n in high else 20.0) for n in names[b*1000:(b+1)*1000]])
    round_(1)
    t=time.perf_counter(); c=cpu(); one.follow(); print("COLD", time.perf_counter()-t, cpu()-c)
    round_(2)
    t=time.perf_counter(); c=cpu(); one.follow(); print("ahead round", time.perf_counter()-t, cpu()-c)
    for k in range(3,6):
        round_(k)
        t=time.perf_counter(); c=cpu(); one.follow(); print("steady", time.perf_counter()-t, "us/reading cpu", (cpu()-c)/5000*1e6)
    round_(6, set(names[:200]))
    t=time.perf_counter(); c=cpu(); one.follow(); print("200 raised", time.perf_counter()-t, cpu()-c, len(one.shown()))
    one.now = START+timedelta(minutes=9.6)
    t=time.perf_counter(); c=cpu(); one.follower.tick(); print("5000 silent", time.perf_counter()-t, cpu()-c, one.shown())
    t=time.perf_counter(); c=cpu(); one.follower.tick(); print("tick after", time.perf_counter()-t, cpu()-c)
    t=time.perf_counter(); c=cpu(); one.follower.keep_house(); print("house", time.perf_counter()-t, cpu()-c)
    round_(10)
    t=time.perf_counter(); c=cpu(); one.follow(); print("back", time.perf_counter()-t, cpu()-c, one.shown()[:3])
    one.close()
