"""Signing in, syncing and looking at how things stand, from the command line."""

import io
import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.unit.sync.world import URL, World
from tests.unit.sync.world import task as sample
from tutorcli.cli import output
from tutorcli.cli.login import _code, proxy_of
from tutorcli.core.policy import Policy
from tutorcli.errors import InputError, StoreError, message
from tutorcli.server.services import people, withdrawing
from tutorcli.server.services.withdrawing import Which
from tutorcli.services.disks import Encryption
from tutorcli.store.drafts import Drafts

from .conftest import Run


@pytest.fixture(scope="module")
def filled_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a server with six tasks."""
    folder = tmp_path_factory.mktemp("server")
    World(folder).close()
    return folder / "server.db"


@pytest.fixture
def world(tmp_path: Path, filled_server: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A server with six tasks, to which every address leads."""
    made = World(tmp_path, template=filled_server)
    monkeypatch.setattr("tutorcli.sync.transport.open_transport", lambda _place: made.network)
    yield made
    made.close()


def code(world: World, tutor: str | None = None) -> str:
    """A line with an enrolment code."""
    return people.new_code(world.context, "admin", tutor or world.tutor()).text + "\n"


def judge_all(run: Run, ranking: str = "a1 > a0") -> None:
    tasks = run("queue", "--state", "open", "--json").json["tasks"]
    assert tasks
    for task in tasks:
        assert run("judge", task["id"], "--rank", ranking).code == 0


def token_files(home: Path) -> list[Path]:
    return list((home / "data" / "tokens").glob("*"))


def test_from_login_to_logout(run: Run, world: World, home: Path) -> None:
    signed = run("login", URL, "-", stdin=code(world))
    assert signed.code == 0
    assert "project tutorcli" in signed.err
    assert "you may judge: any domain (any language)" in signed.err
    assert "do not travel" in signed.err
    assert "next: tutorcli sync" in signed.err
    fetched = run("sync", "--pull", "2")
    assert "0 judgments sent, 2 tasks fetched, 0 quarantined" in fetched.err
    judge_all(run)
    assert run("status", "--json").json["unsent"] == 2
    sent = run("sync", "--pull", "2", "--verify", "--json").json
    assert (sent["sent"], sent["accepted"], sent["fetched"], sent["verified"]) == (2, 2, 2, True)
    assert len(world.stored()) == 2
    (file,) = token_files(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    out = run("logout")
    assert (out.code, "signed out" in out.err) == (0, True)
    assert token_files(home) == []
    assert run("sync").code == 5


def test_login_in_json_says_who_and_what(run: Run, world: World) -> None:
    said = run("login", URL, "-", "--json", "--device-name", "desk", stdin=code(world)).json
    assert said["roles"] == ["tutor"]
    assert said["qualifications"] == [{"domain": "*", "language": "*", "expires": None}]
    assert said["channel"] == run("status", "--json").json["channels"][0]["channel"]


def test_no_token_and_no_code_reaches_words_or_the_log(run: Run, world: World, home: Path) -> None:
    secret = code(world)
    said = run("login", URL, "-", stdin=secret)
    token = json.loads(token_files(home)[0].read_text("utf-8"))["token"]
    synced, stands = run("sync", "--verbose"), run("status", "--json")
    logs = "".join(file.read_text("utf-8") for file in (home / "logs").glob("*"))
    everything = "".join(it.out + it.err for it in (said, synced, stands)) + logs
    assert logs
    assert token not in everything
    assert secret.strip() not in everything


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("login", "tutors.example.org", "-"), "not the address"),
        (("login", "http://10.0.0.1", "-"), "not encrypted"),
        (("login", URL, "K7-CODE"), "never stands in an argument"),
        (("login", URL, "-", "--kind", "tutorcly"), 'did you mean "tutorcli"?'),
        (("login", URL), "no terminal"),
    ],
)
def test_a_wrong_login_line_is_a_usage_error(
    argv: tuple[str, ...], words: str, run: Run, world: World
) -> None:
    ran = run(*argv, stdin="code\n")
    assert ran.code == 2
    assert words in ran.err


def test_an_authority_that_is_none_is_told_before_anything_is_sent(
    run: Run, world: World, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    for name in ("ca.pem", "missing.pem"):
        ran = run("login", URL, "-", "--ca", str(tmp_path / name), stdin="code\n")
        assert ran.code == 3
        assert name in ran.err
    assert world.network.seen == []


def test_a_used_code_is_refused_and_says_what_to_do(run: Run, world: World) -> None:
    ran = run("login", URL, "-", stdin="WRONG-CODE\n")
    assert ran.code == 5
    assert "ask for a new one" in ran.err
    assert "(request " in ran.err


def test_bytes_that_are_no_text_do_not_stop_a_login(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b" K7\xff\n")))
    assert _code("-") == "K7\ufffd"
    assert run("login", URL, "-", "--device-name", "desk\udcff", stdin=code(world)).code == 0


def test_the_end_of_input_instead_of_a_code_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", ends)
    with pytest.raises(InputError, match="no code was given"):
        _code(None)


def test_a_consent_text_is_shown_and_wants_agreement(run: Run, world: World) -> None:
    world.under(consent="Be kind.\x1b[31m")
    secret = code(world)
    unasked = run("login", URL, "-", stdin=secret)
    assert unasked.code == 2
    assert "Be kind.␛[31m" in unasked.err
    assert "--accept-consent" in unasked.err
    assert "/v1/enrol" not in world.network.seen
    assert run("login", URL, "-", "--accept-consent", stdin=secret).code == 0


@pytest.mark.parametrize("found", [Encryption.OFF, Encryption.MEMORY])
def test_a_bare_disk_is_refused_before_the_code_is_sent(
    found: Encryption, run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutorcli.services.signing.encryption_of", lambda _: found)
    world.under(policy=Policy(disk="encrypted"))
    ran = run("login", URL, "-", stdin=code(world))
    assert ran.code == 5
    assert "encrypted disk" in ran.err
    assert world.network.seen == ["/v1/hello"]


def test_a_disk_that_cannot_be_judged_is_told(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutorcli.services.signing.encryption_of", lambda _: Encryption.UNKNOWN)
    world.under(policy=Policy(disk="encrypted"))
    ran = run("login", URL, "-", stdin=code(world))
    assert ran.code == 0
    assert "cannot be told" in ran.err


def test_a_home_signs_in_to_one_server_at_a_time(
    run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("login", URL, "-", stdin=code(world)).code == 0
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    monkeypatch.setattr("tutorcli.sync.transport.open_transport", lambda _place: other.network)
    ran = run("login", "https://other.test", "-", stdin=code(other))
    assert ran.code == 2
    assert "tutorcli logout" in ran.err
    assert "/v1/enrol" not in other.network.seen
    other.close()


def test_a_revoked_tutor_signs_in_again_and_the_work_goes_out(run: Run, world: World) -> None:
    tutor = world.tutor()
    run("login", URL, "-", stdin=code(world, tutor))
    run("sync", "--pull", "2")
    judge_all(run)
    people.revoke(world.context, "admin", tutor)
    refused = run("sync")
    assert refused.code == 5
    assert f"tutorcli login {URL}" in refused.err
    assert run("status", "--json").json["channels"][0]["problem"]
    again = run("login", URL, "-", stdin=code(world, tutor))
    assert "2 judgments unsent" in again.err
    assert run("sync", "--json").json["sent"] == 2


def test_a_home_with_work_takes_no_other_tutor(run: Run, world: World) -> None:
    run("login", URL, "-", stdin=code(world))
    run("logout")
    ran = run("login", URL, "-", stdin=code(world))
    assert ran.code == 5
    assert "another tutor" in ran.err


def test_logging_out_keeps_and_names_unsent_work(run: Run, world: World) -> None:
    run("login", URL, "-", stdin=code(world))
    run("sync", "--pull", "3")
    judge_all(run)
    out = run("logout", "--json").json
    assert out["unsent"] == 3
    assert run("logout").code == 5


def test_what_was_not_accepted_is_named_with_its_reason_and_is_no_failure(
    run: Run, world: World
) -> None:
    run("login", URL, "-", stdin=code(world))
    run("sync", "--pull", "1")
    judge_all(run)
    withdrawing.withdraw(
        world.context, "admin", Which(tuple(f"t{number}" for number in range(1, 7)))
    )
    ran = run("sync")
    assert ran.code == 0
    assert "1 quarantined" in ran.err
    assert "the task was withdrawn" in ran.err
    stands = run("status", "--json").json["channels"][0]
    assert (stands["quarantined"], stands["not_accepted"][0]["reason"]) == (1, "withdrawn")
    assert "the task was withdrawn" in run("status").out


def test_without_a_network_sync_says_so_and_nothing_is_lost(run: Run, world: World) -> None:
    run("login", URL, "-", stdin=code(world))
    run("sync", "--pull", "1")
    judge_all(run)

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    world.network.before["/v1/hello"] = [away]
    ran = run("sync")
    assert ran.code == 4
    assert "no route to host" in ran.err
    assert run("status", "--json").json["unsent"] == 1
    assert "no route" in run("status").out


def test_an_interrupted_sync_says_that_nothing_is_lost(run: Run, world: World) -> None:
    run("login", URL, "-", stdin=code(world))

    def interrupts(request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    world.network.before["/v1/pull"] = [interrupts]
    ran = run("sync")
    assert ran.code == 130
    assert "nothing is lost" in ran.err
    assert run("sync").code == 0


def test_the_setting_says_how_many_tasks_are_held(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("login", URL, "-", stdin=code(world))
    monkeypatch.setenv("TUTORCLI_PULL", "3")
    assert run("sync", "--json").json["fetched"] == 3


def test_a_clock_that_is_off_is_told(run: Run, world: World) -> None:
    run("login", URL, "-", stdin=code(world))
    ran = run("sync")
    assert "this machine's clock is" in ran.err
    assert "clock      " in run("status").out


def test_the_proxy_of_the_environment_is_used_for_https_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert proxy_of(URL) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    assert proxy_of(URL) == "http://proxy.test:3128"
    assert proxy_of("http://127.0.0.1:8080") is None
    monkeypatch.setenv("NO_PROXY", "server.test")
    assert proxy_of(URL) is None


def test_a_proxy_that_is_none_is_told_without_its_password(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://me:hidden@proxy.test")
    ran = run("login", URL, "-", stdin="code")
    assert ran.code == 2
    assert "HTTPS_PROXY" in ran.err
    assert "hidden" not in ran.err


def test_local_judgments_of_a_batch_are_submitted_on_purpose(
    run: Run, world: World, task_file: Path
) -> None:
    run("login", URL, "-", stdin=code(world))
    ran = run("sync", "--adopt", "nowhere")
    assert ran.code == 3
    assert "nowhere" in ran.err
    assert "/v1/push" not in world.network.seen


def in_a_batch(run: Run, folder: Path, count: int) -> None:
    """Judged tasks of a file, of the batch pilot."""
    file = folder / "batch.jsonl"
    tasks = [sample(number) | {"batch": "pilot"} for number in range(1, count + 1)]
    file.write_text("".join(json.dumps(one) + "\n" for one in tasks), "utf-8")
    assert run("import", str(file)).code == 0
    judge_all(run, "good > bad")


def test_an_adoption_that_is_cut_says_how_to_finish_it(
    run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("login", URL, "-", stdin=code(world))
    in_a_batch(run, tmp_path, 6)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(output.Progress, "advance", interrupt)
        cut = run("sync", "--adopt", "pilot")
    assert cut.code == 130
    assert "interrupted; 4 local judgments were submitted" in cut.err
    assert "the same command submits the others" in cut.err
    assert "/v1/push" not in world.network.seen
    again = run("sync", "--adopt", "pilot")
    assert "2 local judgments submitted, 4 known already" in again.err
    assert len(world.stored()) == 6


def test_an_adoption_that_fails_in_the_middle_says_what_was_done(
    run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("login", URL, "-", stdin=code(world))
    in_a_batch(run, tmp_path, 6)

    def fail(*_: object) -> None:
        raise StoreError(message("the disk is full"))

    with monkeypatch.context() as context:
        context.setattr(output.Progress, "advance", fail)
        cut = run("sync", "--adopt", "pilot")
    assert cut.code == 8
    assert "4 local judgments submitted; the same command submits the others" in cut.err


def test_open_tasks_on_another_machine_are_told_when_all_is_verified(
    run: Run, world: World
) -> None:
    tutor = world.tutor()
    world.home(tutor).sync(pull=3)
    run("login", URL, "-", stdin=code(world, tutor))
    said = run("sync", "--pull", "1", "--verify")
    assert said.code == 0
    assert "2 open tasks of yours on another machine, or due with the next sync" in said.err
    assert run("sync", "--pull", "1", "--verify", "--json").json["elsewhere"] == 2
    assert "another machine" not in run("sync", "--pull", "3", "--verify").err


def test_a_draft_that_was_erased_with_its_task_is_told(run: Run, world: World, home: Path) -> None:
    run("login", URL, "-", stdin=code(world))
    run("sync", "--pull", "1")
    (lent,) = run("queue", "--state", "open", "--json").json["tasks"]
    with Drafts.open(home / "data") as drafts:
        drafts.start(lent["id"], "j1", None, "2026-01-01T00:00:00Z")
    withdrawing.purge(world.context, "admin", Which(tuple(f"t{n}" for n in range(1, 7))))
    assert "1 purged, 1 drafts erased with them" in run("sync").err


def test_status_says_of_its_last_contact_that_it_may_be_the_login(run: Run, world: World) -> None:
    run("login", URL, "-", stdin=code(world))
    at = run("status", "--json").json["channels"][0]["contact_at"]
    assert f"contact    {at}, by sync or login" in run("status").out
    assert "last sync" not in run("status").out
