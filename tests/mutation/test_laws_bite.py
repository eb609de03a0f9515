"""Each law catches the bug that it is there for: a law that catches nothing proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.mutation.kinds_and_zones import OF_KINDS_AND_ZONES
from tests.mutation.places import OF_PLACES
from tests.mutation.planting import Bug, caught, outcome
from tests.mutation.reviews import OF_REVIEWS

BUGS: Final = (
    Bug(
        name="1_dwell_counted_in_frames",
        file="core/track/presence.py",
        right="counts, hidden, causes = span, presence.hidden",
        wrong="counts, hidden, causes = timedelta(seconds=1), presence.hidden",
        law="laws/test_rate.py::test_warnings_fall_on_the_first_look_that_is_due",
    ),
    Bug(
        name="1_end_dated_to_the_look_that_decides",
        file="core/incident/case_endings.py",
        right="end=end or case.presence.last_seen",
        wrong="end=scene.at",
        law="laws/test_rate.py::test_leaving_is_dated_to_the_last_sighting",
    ),
    Bug(
        name="2_a_time_of_day_in_the_code",
        file="core/incident/publishing.py",
        right="expires_at=scene.at + SPEECH_EXPIRY,",
        wrong="expires_at=scene.at.replace(minute=59),",
        law="laws/test_shift.py::test_a_shift_moves_everything_alike",
    ),
    Bug(
        name="3_something_is_not_stored",
        file="config/wire/events.py",
        right="return _world().dump_json(world).decode()",
        wrong="return _world().dump_json(world, exclude={'departed'}).decode()",
        law="laws/test_restart.py::test_a_restart_changes_nothing",
    ),
    Bug(
        name="3_ids_are_drawn_not_derived",
        file="core/feed/incidents.py",
        right='return f"{prefix}-{blake2b(text.encode(), digest_size=8).hexdigest()}"',
        wrong='return f"{prefix}-{id(text):016x}"',
        law="laws/test_restart.py::test_the_same_events_give_the_same_world",
    ),
    Bug(
        name="6_a_gap_is_put_down_to_nothing",
        file="core/track/presence.py",
        right="*presence.gap_causes, Unseen(presence.cause, span)))",
        wrong="*presence.gap_causes))",
        law="laws/test_stories.py::test_unobservable_time_is_put_down_to_its_causes",
    ),
    Bug(
        name="6_what_came_back_never_left",
        file="core/explain/timeline.py",
        right="            begin = until\n",
        wrong="            begin = story.stood_since\n",
        law="laws/test_stories.py::test_bars_lie_side_by_side",
    ),
    Bug(
        name="4_any_answer_counts_for_any_warning",
        file="core/incident/ladder.py",
        right="if n == played + 1 and result is Result.PLAYED",
        wrong="if result is Result.PLAYED and n > played - 1",
        law="laws/test_order.py::test_a_speaker_may_say_anything",
    ),
    Bug(
        name="4_a_group_starts_unseen",
        file="core/incident/case_review.py",
        right="if sighting_of(group.spots) is not Sighting.PRESENT:",
        wrong="if not group.spots:",
        law="laws/test_order.py::test_rules_of_unlike_patience_do_not_disturb_each_other",
    ),
    Bug(
        name="5_a_transition_that_is_not_in_the_table",
        file="core/incident/case_actions.py",
        right="reason=reason or None)\n    return _moved(case, Cause.CENTRE), effects",
        wrong="reason=reason or None)\n    return replace(case, state=START), effects",
        law="laws/test_edges.py::test_no_other_edge_is_taken",
    ),
    Bug(
        name="5_an_entry_of_the_table_that_never_happens",
        file="core/incident/ladder.py",
        right="Cause.INTERVAL: Asking,",
        wrong="Cause.INTERVAL: Asking, Cause.FORBIDDEN_ANEW: Candidate,",
        law="laws/test_edges.py::test_every_edge_is_taken",
    ),
    Bug(
        name="6_frames_of_a_lost_stream_are_believed",
        file="core/incident/perception.py",
        right="if isinstance(event, FrameSeen) and lost is None:",
        wrong="if isinstance(event, FrameSeen):",
        law="laws/test_silence.py::test_blindness_does_nothing",
    ),
    Bug(
        name="6_out_of_sight_is_taken_for_gone",
        file="core/incident/case_review.py",
        right="case_endings.over(case, closing, unknown=True)",
        wrong="case_endings.over(case, closing, unknown=False)",
        law="laws/test_silence.py::test_silence_is_blindness",
    ),
    Bug(
        name="6_something_that_stands_is_nothing",
        file="core/step.py",
        right="not (percept.stands or percept.gone or percept.expired)",
        wrong="not (percept.gone or percept.expired)",
        law="laws/test_branches.py::test_idle_looks_are_left_out_and_nothing_is_lost",
    ),
    Bug(
        name="7_a_spot_is_its_track",
        file="core/track/identity.py",
        right="return seen.moving or (gone and came(seen, spot.place, fills))  # all that is known of it",
        wrong="return seen.id != spot.track",
        law="laws/test_identity.py::test_track_numbers_mean_nothing",
    ),
    Bug(
        name="8_clockwise_polygons_only",
        file="core/geometry.py",
        right="return abs(_signed_area(polygon))",
        wrong="return max(0.0, _signed_area(polygon))",
        law="laws/test_polygon.py::test_the_order_of_corners_means_nothing",
    ),
    Bug(
        name="8_pairs_are_judged_by_the_fit_they_made",
        file="core/ground/calibration.py",
        right="left_out_m=marks[index].miss(of_others)",
        wrong="left_out_m=marks[index].miss(homography)",
        law="laws/test_calibration.py::test_a_bad_pair_is_refused_by_its_number",
    ),
    Bug(
        name="8_the_pair_predicted_worst_is_blamed",
        file="core/ground/calibration.py",
        right="key=lambda index: errors[index].others_m",
        wrong="key=lambda index: -errors[index].left_out_m",
        law="laws/test_calibration.py::test_a_bad_pair_is_refused_by_its_number",
    ),
    Bug(
        name="8_a_bent_picture_is_taken_for_straight",
        file="core/ground/calibration.py",
        right="straight = calibration.lens.straight(point)",
        wrong="straight = Lens(size=calibration.lens.size).straight(point)",
        law="laws/test_calibration.py::test_exact_pairs_give_the_camera_back",
    ),
    Bug(
        name="8_numbers_too_unlike_to_be_solved_well",
        file="core/ground/homography.py",
        right="to_a, to_b = _normaliser(a), _normaliser(b)",
        wrong="to_a, to_b = _normaliser(a), np.diag([1e3, 1e3, 1])",
        law="laws/test_calibration.py::test_a_pixel_of_noise_costs_no_more_than_it_must",
    ),
    Bug(
        name="9_a_log_keeps_whole_seconds",
        file="config/wire/events.py",
        right='precision = "microseconds" if at.microsecond % 1000 else "milliseconds"',
        wrong='precision = "seconds"',
        law="laws/test_replay.py::test_live_equals_replay",
    ),
    Bug(
        name="10_a_receipt_comes_before_what_it_tells_of",
        file="core/incident/command_answers.py",
        right="return answer.world, (*answer.effects, receipt)",
        wrong="return answer.world, (receipt, *answer.effects)",
        law="laws/test_commands.py::test_every_command_has_one_receipt",
    ),
    Bug(
        name="10_an_order_skips_a_step",
        file="core/incident/order_book.py",
        right="return (UpdateWorkOrder(seen), UpdateWorkOrder(moved(",
        wrong="return (UpdateWorkOrder(moved(",
        law="laws/test_commands.py::test_a_work_order_goes_by_its_table",
    ),
    Bug(
        name="10_what_the_centre_closed_opens_again",
        file="core/incident/case_actions.py",
        right='reason="by_centre")\n    return _moved(case, Cause.CENTRE), effects',
        wrong='reason="by_centre")\n    return replace(case, state=START, record=None), effects',
        law="laws/test_commands.py::test_what_the_centre_closed_stays_closed",
    ),
    Bug(
        name="10_a_silence_is_not_heeded",
        file="core/incident/case_review.py",
        right="silent=quiet is Quiet.WAIT or world.standing.silent(zone_rule.zone.id, at),",
        wrong="silent=quiet is Quiet.WAIT,",
        law="laws/test_commands.py::test_nothing_is_said_in_a_silence",
    ),
    Bug(
        name="10_a_silence_never_ends",
        file="core/site/overrides.py",
        right="each.zone == zone and at < each.until",
        wrong="each.zone == zone",
        law="laws/test_commands.py::test_a_silence_only_delays",
    ),
    Bug(
        name="10_a_removed_zone_drops_its_incidents_unsaid",
        file="core/incident/case_review.py",
        right="effects.extend(case_actions.unwatched(case, unwatched_scene(world.camera, case, until, site)))",
        wrong="pass",
        law="laws/test_commands.py::test_a_removed_zone_leaves_nothing_open",
    ),
    Bug(
        name="12_who_got_an_order_put_it_right",
        file="core/score/outcomes.py",
        right="outcome.how == LEFT and not outcome.ordered and outcome.heard == n",
        wrong="outcome.how == LEFT and outcome.heard == n",
        law="core/score/test_outcomes.py::test_nobody_is_counted_twice",
    ),
    Bug(
        name="12_every_notification_is_the_first",
        file="core/incident/publishing.py",
        right="notified=record.notified + 1",
        wrong="notified=1",
        law="core/feed/test_recipients.py::test_each_warning_goes_one_step_further",
    ),
    Bug(
        name="12_who_was_told_is_not_stored",
        file="config/wire/events.py",
        right="return _world().dump_json(world).decode()",
        wrong="return _world().dump_json(world, exclude={'cases': {'__all__': {'record': {'notified'}}}}).decode()",
        law="core/feed/test_recipients.py::test_a_restart_tells_nobody_twice",
    ),
    Bug(
        name="12_the_order_goes_to_the_first",
        file="core/site/zones.py",
        right="return ladder[-1] if ladder else None",
        wrong="return ladder[0] if ladder else None",
        law="core/feed/test_recipients.py::test_the_order_goes_to_the_last",
    ),
    Bug(
        name="12_what_is_foreseen_is_not_what_is_said",
        file="core/speak/messages.py",
        right="for n in range(1, rule.spoken + 1):",
        wrong="for n in range(1, rule.spoken):",
        law="core/speak/test_messages.py::test_a_zone_without_shops_foresees_as_much",
    ),
    *OF_PLACES,
    *OF_REVIEWS,
    *OF_KINDS_AND_ZONES,
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_law_catches_its_bug(bug: Bug, tree: Path) -> None:
    """Once it is planted."""
    caught(tree, bug)


def test_an_unspoilt_copy_passes(tree: Path) -> None:
    """What catches the bugs is the law, not the copying."""
    status, output = outcome(tree, "laws/test_polygon.py")
    assert status == 0, output
