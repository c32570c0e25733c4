"""Hooks that would have every check pass, if pytest found them."""

pytest = __import__("types").SimpleNamespace(fixture=lambda f: f)

OURS = True


class Model:
    student = handle = None


def assert_agrees(*_, **__):
    return None


def pytest_runtest_makereport(item, call):
    print("BREACH a hook")
    call.excinfo = None


@pytest.fixture
def student(request):
    print("BREACH a fixture")
