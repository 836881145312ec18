"""Handing over: over a line that is safe, with words for everything that can go wrong."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from footfall.doors.mail.post import Post, PostError
from footfall.settings import Mail
from support.mailbox import TAKEN, Mailbox, receiving

ANA = "ana@shop.example"
SECRET = "s3cret:with spaces"


def mail(box: Mailbox, **further: str) -> Mail:
    told = {"host": "127.0.0.1", "sender": "reports@shop.example", "security": "none"} | further
    return Mail(port=box.port, timeout_seconds=5, **told)


def letter(text: str = "hello\n") -> EmailMessage:
    found = EmailMessage(policy=SMTP)
    found["Subject"], found["From"], found["To"] = "hello", "reports@shop.example", ANA
    found.set_content(text, cte="quoted-printable")
    return found


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, which is its own authority."""
    if (tool := shutil.which("openssl")) is None:
        pytest.skip("openssl is not installed here")
    folder = tmp_path_factory.mktemp("authority")
    words = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail -keyout key.pem -out cert.pem "
        "-addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:TRUE"
    )
    subprocess.run([tool, *words.split()], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def context(authority: Path) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    return found


def refused(post: Post, *words: str) -> PostError:
    with pytest.raises(PostError) as refusal:
        post.hand_over(letter(), ANA)
    for word in words:
        assert word in str(refusal.value)
    return refusal.value


def test_lines_that_look_like_the_end_arrive_as_they_are(box: Mailbox) -> None:
    text = ".\n..\n.hidden\nlast"
    Post(mail(box)).hand_over(letter(text + "\n"), ANA)
    assert box.letters[0].get_content().splitlines() == text.splitlines()


def test_each_step_is_told_in_order(box: Mailbox) -> None:
    steps = list[str]()

    def end() -> str:
        steps.append("end")
        return TAKEN

    box.at_end = end
    Post(mail(box)).hand_over(
        letter(), ANA, lambda: steps.append("last byte"), lambda: steps.append("taken")
    )
    assert steps == ["last byte", "end", "taken"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize(("security", "wrapped"), [("starttls", False), ("tls", True)])
def test_a_line_is_safe_and_the_server_knows_the_password(
    authority: Path, context: ssl.SSLContext, security: str, wrapped: bool
) -> None:
    with receiving(tls=context, wrapped=wrapped, password=SECRET) as box:
        of = mail(box, security=security, user="ana", ca_file="cert.pem")
        post = Post.of(of, authority, {"FOOTFALL_SMTP_PASSWORD": SECRET})
        post.hand_over(letter(), ANA)
        assert box.to == [[ANA]]
        wrong = Post.of(of, authority, {"FOOTFALL_SMTP_PASSWORD": "guessed"})
        error = refused(wrong, "does not let ana in", "FOOTFALL_SMTP_PASSWORD")
        assert "guessed" not in str(error)
        assert not error.is_final
        unknown = mail(box, security=security, user="ana")
        refused(Post(unknown, SECRET), "certificate is not to be trusted", "ca_file")
        named = Post(mail(box, security=security, host="localhost", ca_file="x"), SECRET)
        refused(
            Post(named.mail, SECRET, str(authority / "cert.pem")),
            "certificate is not to be trusted",
        )
        assert len(box.letters) == 1


def test_a_server_without_protection_gets_no_password(box: Mailbox) -> None:
    refused(Post(mail(box, security="starttls", user="ana"), SECRET), "STARTTLS")
    assert box.letters == []


def test_a_password_is_in_the_environment_or_a_file(tmp_path: Path) -> None:
    of = Mail("smtp.example.com", "reports@shop.example", user="ana")
    assert Post.of(of, tmp_path, {"FOOTFALL_SMTP_PASSWORD": SECRET}).password == SECRET
    with pytest.raises(PostError, match="environment variable FOOTFALL_SMTP_PASSWORD"):
        Post.of(of, tmp_path, {})
    (tmp_path / "secret").write_text(f"{SECRET}\n", "utf-8")
    filed = Mail("smtp.example.com", "reports@shop.example", user="ana", password_file="secret")
    assert Post.of(filed, tmp_path, {}).password == SECRET
    (tmp_path / "secret").unlink()
    with pytest.raises(PostError, match="cannot be read"):
        Post.of(filed, tmp_path, {})


def test_what_is_refused_for_good_and_what_for_now(box: Mailbox) -> None:
    box.at_recipient = lambda _: "550 5.1.1 no such\tperson"
    assert refused(Post(mail(box)), ANA, "550 5.1.1 no such person").is_final
    box.at_recipient = lambda _: "450 greylisted"
    assert not refused(Post(mail(box)), "450 greylisted").is_final
    box.at_recipient = lambda _: "250 fine"
    box.at_end = lambda: "554 too big"
    error = refused(Post(mail(box)), "554 too big")
    assert (error.is_final, error.is_doubtful) == (True, False)
    assert box.letters == []


def test_nobody_there_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = refused(Post(mail(Mailbox(port=port))), f"127.0.0.1:{port} cannot be used", "refused")
    assert not error.is_doubtful


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        of = Mail(
            "127.0.0.1", "reports@shop.example", security="none",
            port=silent.getsockname()[1], timeout_seconds=1,
        )  # fmt: skip
        assert not refused(Post(of), "did not answer in time").is_doubtful


def test_a_server_that_falls_silent_at_the_end_leaves_doubt(box: Mailbox) -> None:
    go_on = threading.Event()
    box.at_end = lambda: TAKEN if go_on.wait(30) else "451 later"
    error = refused(Post(mail(box), patience_seconds=0.5), "did not say whether it has the letter")
    go_on.set()
    assert error.is_doubtful
    assert not error.is_final
