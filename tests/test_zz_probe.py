import time, os
import pytest
from tests.support.histories import *
pytestmark = pytest.mark.django_db
def test_probe():
    s=time.process_time()
    with undone():
        world=a_world()
        print("world", time.process_time()-s)
        first=int(os.environ.get("FIRST",0)); n=int(os.environ.get("N",10)); s=time.process_time(); bad=0
        from collections import Counter
        c=Counter()
        for seed in ([int(x) for x in os.environ["SEEDS"].split()] if "SEEDS" in os.environ else range(first, first+n)):
            with undone():
                h=History(world)
                try: h.run(chance_history(seed))
                except AssertionError as e:
                    bad+=1; print("SEED",seed,str(e)[:3000],"\n")
                for d in h.done:
                    c[d.split(" ")[0]+(" refused" if "refused" in d else "")]+=1
        print("per history", (time.process_time()-s)/n, "bad", bad, c)
