import cProfile, pstats, faulthandler
import pytest
from tests.support.histories import *
pytestmark = pytest.mark.django_db
def test_probe():
    pass
    with undone():
        world=a_world()
        p=cProfile.Profile()
        for seed in (1,2):
          with undone():
            p.enable()
            h=History(world)
            try: h.run(chance_history(seed))
            except AssertionError as e: print(str(e)[:100])
            p.disable()
            print(len(h.done))
        pstats.Stats(p).sort_stats("cumtime").print_stats(150)
