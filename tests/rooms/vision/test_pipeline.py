"""One person's features come out, in the fixed order, and pixels do not."""

from __future__ import annotations

import gc
import io
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest
from PIL import Image, ImageFilter

from facekeep.terms.errors import NoFace, NotAPicture, PresentationAttack, SeveralFaces, TooPoor
from facekeep.terms.ports import Picture
from facekeep.terms.values import AttackVerdict, Box, Face, Features, Float32, Grade
from facekeep.vision.align import ARCFACE_112
from facekeep.vision.models import Registry
from facekeep.vision.pipeline import COMPARABLE, Eyes

VECTOR: Float32 = np.array([1, 0, 0, 0], np.float32)


def png(pixels: Picture | Image.Image) -> bytes:
    buffer = io.BytesIO()
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)).save(buffer, "PNG")
    return buffer.getvalue()


NOISE = png(np.random.default_rng(0).integers(40, 216, (240, 240, 3), dtype=np.uint8))


def face(size: float = 100, x: float = 0, y: float = 0) -> Face:
    return Face(Box(x, y, size, size), (ARCFACE_112 * 2).astype(np.float32), 0.9)


class Recorder:
    """Stands for detector, judge and embedder, and writes down who was asked when."""

    model, grade = "recorder", Grade.DEMONSTRATION

    def __init__(self, faces: Sequence[Face] = (face(),), score: float = 1.0) -> None:
        self.faces, self.score, self.asked = faces, score, []  # type: list[str]
        self.seen: list[tuple[int, ...]] = []

    def detect(self, picture: Picture) -> Sequence[Face]:
        self.asked.append("detect")
        return self.faces

    def bona_fide_score(self, picture: Picture, face: Face) -> float:
        self.asked.append("attack check")
        self.seen.append(picture.shape)
        return self.score

    def embed(self, picture: Picture, face: Face) -> Float32:
        self.asked.append("embed")
        return VECTOR

    def eyes(self, judged: bool = True) -> Eyes:
        return Eyes(self, self, self if judged else None)


def test_the_order_is_fixed() -> None:
    """Detect, then the attack check on the whole frame, then embed."""
    recorder = Recorder()
    features = recorder.eyes().features(NOISE)
    assert recorder.asked == ["detect", "attack check", "embed"]
    assert recorder.seen == [(240, 240, 3)]
    assert features.pad is AttackVerdict.PASSED
    assert (features.model, features.grade) == ("recorder", Grade.DEMONSTRATION)
    assert np.array_equal(features.vector, VECTOR)


def test_without_a_judge_it_is_said() -> None:
    """``not_checked``, never ``passed``."""
    assert Recorder().eyes(judged=False).features(NOISE).pad is AttackVerdict.NOT_CHECKED


def test_an_attack_is_never_embedded() -> None:
    """The check stands before the features."""
    recorder = Recorder(score=0.2)
    with pytest.raises(PresentationAttack):
        recorder.eyes().features(NOISE)
    assert "embed" not in recorder.asked


def test_nobody_is_refused() -> None:
    """No face: nothing to compare."""
    with pytest.raises(NoFace):
        Recorder(faces=()).eyes().features(NOISE)
    with pytest.raises(NoFace):
        Recorder(faces=()).eyes().for_evaluation(NOISE)


@pytest.mark.parametrize("size", [100, 100 * COMPARABLE])
def test_two_comparable_faces_are_refused(size: float) -> None:
    """Who is asking?"""
    eyes = Recorder(faces=(face(), face(size, 120))).eyes()
    for see in (eyes.features, eyes.for_enrolment):
        with pytest.raises(SeveralFaces):
            see(NOISE)


def test_a_small_bystander_is_tolerated() -> None:
    """Far smaller than the person who asks."""
    Recorder(faces=(face(), face(100 * COMPARABLE - 1, 120))).eyes().features(NOISE)


def test_evaluation_takes_the_face_in_the_middle() -> None:
    """Whoever stands beside it, and however large."""
    chosen: list[Face] = []
    recorder = Recorder(faces=(face(150), face(100, 70, 70)))
    recorder.embed = lambda _, found: chosen.append(found) or VECTOR  # type: ignore[assignment]
    recorder.eyes().for_evaluation(NOISE)
    assert chosen == [recorder.faces[1]]


def test_what_is_no_picture_is_not_looked_at() -> None:
    """Decoding comes first."""
    recorder = Recorder()
    with pytest.raises(NotAPicture):
        recorder.eyes().features(b"no picture")
    assert recorder.asked == []


def test_only_features_leave() -> None:
    """No field of what leaves has room for a picture."""
    assert {field.name for field in fields(Features)} == {
        "vector",
        "model",
        "grade",
        "quality",
        "pad",
    }
    assert "array" not in repr(Recorder().eyes().features(NOISE))


def test_no_pixels_survive() -> None:
    """After a call no array of the picture's size is alive, whether it succeeded or not."""
    eyes, refusing = Recorder().eyes(), Recorder(score=0).eyes()
    eyes.features(NOISE)
    with pytest.raises(PresentationAttack):
        refusing.features(NOISE)
    gc.collect()
    arrays = [thing for thing in gc.get_objects() if isinstance(thing, np.ndarray)]
    assert not [array for array in arrays if array.size >= 240 * 240]
    assert not [name for name in vars(eyes) if name not in ("_detector", "_embedder", "_judge")]


def test_a_poor_sample_is_refused_with_its_reason(
    packaged: Registry, centerface_file: object, astronaut: Picture
) -> None:
    """Blurred: said to be blurred; not bad enough for a probe: still too poor to enrol."""
    eyes = Eyes(packaged.detector(), Recorder())
    image = Image.fromarray(astronaut)
    with pytest.raises(TooPoor, match="blurred"):
        eyes.features(png(image.filter(ImageFilter.GaussianBlur(6))))
    with pytest.raises(TooPoor, match="small"):
        eyes.features(png(image.resize((128, 128))))
    middling = png(image.filter(ImageFilter.GaussianBlur(2.5)))
    assert eyes.features(middling).quality.weakest == "sharpness"
    with pytest.raises(TooPoor, match="blurred"):
        eyes.for_enrolment(middling)


def test_portraits_can_be_enrolled(
    everything: Registry, astronaut: Picture, admiral: Picture
) -> None:
    """With everything installed: detector, attack check, embedder."""
    eyes = Eyes(
        everything.detector(),
        everything.embedder("mobilefacenet-foamliu"),
        everything.attack_judge(),
    )
    one, other = (eyes.for_enrolment(png(picture)) for picture in (astronaut, admiral))
    again = eyes.features(png(np.ascontiguousarray(astronaut[:, ::-1])))
    assert one.pad is AttackVerdict.PASSED
    assert one.vector @ again.vector > 0.6 > 0.3 > one.vector @ other.vector


def test_two_people_side_by_side_are_refused(
    packaged: Registry, centerface_file: object, astronaut: Picture, admiral: Picture
) -> None:
    """A real picture of two."""
    both = np.zeros((512, 768, 3), dtype=np.uint8)
    both[:, :512] = astronaut
    both[:300, 512:] = np.asarray(Image.fromarray(admiral).resize((256, 300)))
    with pytest.raises(SeveralFaces):
        Eyes(packaged.detector(), Recorder()).features(png(both))
