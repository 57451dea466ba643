from shipway.rehearsal.processes import descendants

LISTING = """\
    1     0
   10     1
   11    10
   12    11
   20     1
"""


def test_children_of_children_are_found_and_strangers_are_not():
    assert descendants(10, LISTING) == (11, 12)


def test_a_process_without_children():
    assert descendants(20, LISTING) == ()
