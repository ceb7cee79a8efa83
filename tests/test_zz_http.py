import os, time, pytest
from tests.support.histories_by_http import *
pytestmark = pytest.mark.django_db
def test_http():
    s=time.process_time()
    for seed in map(int, os.environ.get("SEEDS","1 2").split()):
        for what in (never_had_it, lost_it):
            for c in what(seed): print(seed, what.__name__, c, round(time.process_time()-s,1), flush=True)
