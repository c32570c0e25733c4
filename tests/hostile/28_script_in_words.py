"""<script>alert(1)</script><!-- Attack 28: HTML in all that a student can have shown. -->"""

import numpy as np

SCRIPT = "</pre></details><script>alert(1)</script>"
PIECES = (
    SCRIPT,
    "<img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "\"><a href='javascript:alert(1)'>100 points</a>",
    "<style>*{display:none}</style><meta http-equiv=refresh content=0>",
    "<!-- ]]> --><iframe srcdoc='&lt;script&gt;'></iframe><base href=//x.example>",
    "&lt;b&gt; &#60;script&#62; \\u003cscript\\u003e %3Cscript%3E",
    "{{ 7 * 7 }} {% include 'style.css' %} ${7*7} <%= 7*7 %>",
    "[click](javascript:alert(1)) ![x](http://x.example/x.png)",
    "\uff1cscript\uff1e \u2028</script>",
)
for piece in PIECES:
    print(piece)


class Shown(Exception):
    def __str__(self):
        return SCRIPT + "\n" + "\n".join(PIECES)


Shown.__name__ = Shown.__qualname__ = "<img/src=x onerror=alert(1)>"
Odd = type("<svg onload=alert(1)>", (), {"__module__": "<b onclick=alert(1)>"})


def sigmoid(x):  # <script>alert(1)</script>
    raise Shown("<b onmouseover=alert(1)>")  # </pre><script>alert(1)</script>


def tanh(x):
    return Odd()


def softmax(x, axis=-1):
    print("</pre><script>alert(2)</script>")
    return {"<script>": x, '" onclick="alert(1)': x}


def activation_grad(x, kind, negative_slope=0.01):
    raise type("</pre><script>alert(3)</script>", (ValueError,), {})(kind)


def log_softmax(x, axis=-1):
    return np.array(["<script>alert(4)</script>"] * max(x.size, 1))


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
