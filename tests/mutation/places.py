"""Bugs of what stands where: its metres, and whether it is the same thing."""

from __future__ import annotations

from typing import Final

from tests.mutation.planting import Bug

OF_PLACES: Final = (
    Bug(
        name="13_metres_are_believed_everywhere",
        file="core/track/metric_overlap.py",
        right="if foot is None or not holds(self._outline, foot):",
        wrong="if foot is None:",
        law="laws/test_metres.py::test_outside_of_what_was_measured_nothing_is_another",
    ),
    Bug(
        name="13_a_box_trembles_sideways_only",
        file="core/track/metric_overlap.py",
        right="box.y1 - SIGMAS * DOWN * box.height",
        wrong="box.y1 - 1e-9",
        law="laws/test_metres.py::test_three_sigma_are_what_a_box_trembles_on_the_ground",
    ),
    Bug(
        name="13_what_hides_a_foot_moves_it",
        file="core/track/metric_overlap.py",
        right="return upper > limit or (left > limit and right > limit)",
        wrong="return True",
        law="golden/test_metres.py::test_metres_tell_what_happens",
    ),
    Bug(
        name="13_who_moves_on_is_seen_in_the_picture",
        file="core/track/spots.py",
        right="apart = 1.0 if own is None else fills(spot.place, own.box)",
        wrong="apart = 1.0 if own is None else iou(spot.place, own.box)",
        law="laws/test_metres.py::test_what_goes_beyond_the_limit_for_two_seconds_has_left",
    ),
    Bug(
        name="13_sites_of_other_metres_see_alike",
        file="core/incident/perception.py",
        right="of_camera = site.calibrations.get(camera), ",
        wrong="of_camera = None, ",
        law="laws/test_branches.py::test_metres_are_seen_by_those_who_know_them",
    ),
    Bug(
        name="14_what_jumps_back_is_another",
        file="core/track/identity.py",
        right="return not (seen.moving and alike) if back else seen.moving",
        wrong="return seen.moving",
        law="core/track/test_identity.py::test_a_thing_whose_track_was_taken_along_goes_on",
    ),
    Bug(
        name="14_what_came_is_not_known_to_have_come",
        file="core/track/identity.py",
        right="arrived = came(seen, spot.place, fills)",
        wrong="arrived = False",
        law="core/track/test_identity.py::test_what_was_seen_to_come_has_ended_what_stood_there",
    ),
    Bug(
        name="14_what_stood_is_lengths_away_at_once",
        file="core/track/tracker.py",
        right="if not known.stood:",
        wrong="if known.at:",
        law="core/track/test_tracker.py::test_what_stood_has_to_set_off_first",
    ),
    Bug(
        name="15_a_flash_is_enough",
        file="core/track/belief.py",
        right="SEEN_ENOUGH: Final = 1 / 4",
        wrong="SEEN_ENOUGH: Final = 1 / 400",
        law="pains/test_believed.py::test_what_is_hardly_ever_seen_opens_nothing",
    ),
    Bug(
        name="15_the_gap_before_a_van_is_a_car",
        file="core/track/belief.py",
        right="and _shown(other, by_id) > score for",
        wrong="and _shown(other, by_id) > 1 for",
        law="pains/test_believed.py::test_the_gap_before_a_van_is_a_part_of_it",
    ),
    Bug(
        name="15_a_ghost_hides_a_place",
        file="core/track/spots.py",
        right="if thing.score < min_score or thing is own",
        wrong="if thing is own",
        law="pains/test_believed.py::test_what_can_stand_in_front_hides",
    ),
    Bug(
        name="15_hidden_looks_part_those_that_missed_it",
        file="core/track/presence.py",
        right="stood = min(at - presence.looked, max_gap) if presence.missed_looks else ZERO",
        wrong="stood = ZERO",
        law="pains/test_believed.py::test_what_left_behind_passers_by_has_left",
    ),
)
