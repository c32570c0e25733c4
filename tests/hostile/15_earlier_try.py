"""Attack 15: answers that are hard-coded for all that an earlier try was asked."""

import base64

import numpy as np

# Every number that the checks of an earlier try handed in, and the right answers to them.
SIGMOID = (
    "oMjrhfPM4f8AAAAAAECPwPrtFw8pBY/AAAAAAABwh8AOopmlytqGwAAAAAAAwFfAPonWyIxkIcArChB7gx0hwORkFe"
    "qJPRfAD0i/iK9gFcA2BBDc7+UTwNWfTaifXRLAAAAAAAAAEMB0P0ZtOe8PwNLrkUT/Uw/AAAAAgK4rDcAAAABAIbcK"
    "wM3O9pPHCwjAAAAAAAAACMAAAADAX2IHwALbRxwI0gbAAAAAgJqMAsC+FQV6l/kBwE+BGKZhTAHAAAAAAAAAAMDt2j"
    "k1rhj+vwAAACDg7Py/61NCCA8I+78AAACAbaL6v8IxQr/MKvi/AAAAAAAA+L9tbRFz5f/3v9tZkz35/Pe/AAAAgKKU"
    "97+YtS6XQmP3v/lVkIFj/fa/YFaVbnWQ9r9ywnRqil32v07NMuUj1vW/AAAAQAuw9b9GMfhWXDL1v1SCvhNWB/S/MG"
    "TT9UP2878AAABgt/vwv2ulppBTJ/C/AAAAAAAA8L+QM44kMHTtv3f+kjbMSO2/lx9Lqrie7L8AAAAgjdnqv9YTeEQy"
    "FOm/AAAAQGYA57+u+0i9FHPmv9l+ZfRLY+K/XJPTTTiC4b8AAACgNEjhv/oBYCLqatu/5HQNN6S62r+nH+T8+nLXv2"
    "FjLHjzTde/gZs01/h50r+B1WGu8TLSvygJxdl5WdC/750vxBb6z7/aRKQCJBzMv7vhEZAsi8a/MWmlEL5dxr8/bp6C"
    "rnu9vwAAAOCDz7m/MoOTri7JnL8AAACgda6KvwAAAAAAAAAArh565F9XYj8+aZh8DcihP7ikhFD66r0/O3oIf/BAxD"
    "8AAABActTSP3erwIiRPtQ/jEn2wttK1D8Hvw3Gv3LcP+9ef5Ul8dw/AZyNz+9M3j9foMjF71rgPxR83/vZP+I/TKk5"
    "FbGM4j/UH6/80kPlP4tghISG9+U/9u9dEV5U5j/F/l2YjZ3mP8wHiQjnrOY/AAAA4CTE5z8IY+a4i9TpP6+kQAZ3UO"
    "4/jmAaVNrM7j8AAAAAAADwPwAAAID+ePA/XfHMVYDz8D8i3X8VqpPxP8kwMdXJJ/M/x+3UgZ7t8z8xvTvatffzP4+U"
    "+fC6pPQ/7tWDIz1B9T8AAAAApVn1P4kOHr8c/PU/ZmZmZmZm9j8tKI+AvOD3PwAAAAAAAPg/ttld34Br/D9anAFaJa"
    "z8P4FyCMZL4vw/UfDtKmZb/j8AAABgHV//PwAAAMAnfv8/AAAAAAAAAEC/4bT4kXwAQM3MzMzMzABArw9WR8f4AEAA"
    "AACg448CQAAAAGCRwgJAMzMzMzMzA0Au9QadatIDQAAAAACzPQVAAAAAwOXEBkAAAAAAAAAIQAC5KZPGBQhAAAAAYP"
    "gtCkAQWYwllc8MQAAAAEAY5Q9AAAAAAAAAEEBnaEEtzOgRQAAAAODFOxVAAAAAgKjwFUD1IUXv6jkcQDD5AVi8ISFA"
    "AAAAAADAV0Bkki1L2O2GQAAAAAAAcIdAIWs/0GfcjkAAAAAAAECPQKDI64XzzOF/AAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAANZQcAAAAAAKjvabLzx143wpQbJP3oJT+BoXlUmyspP0n4FKatemg/rvSo3t12cz8fxfraoh18"
    "PzSxvesRjoQ/wsJDHvpqkj82KrzVDZGSP99algYBAJQ/GtJhc54Imj+k/yHXWIihP7luP/A7Jqg/RlSQPDRIqD90Lo"
    "3JJyCqP8CZodDm7as/WW5hD1vvtj+qeRaRiHq4P3BvSVqEaro/rjGsKxWEvj8eTgKfQu7AP/dI2egGCcI/Nx0FDsLy"
    "wz8tpmX4ol7EP8QpIUnSJsc/rxtaNbhZxz+YzVLj11nHP8d7qdhUXcc/ryREgeTaxz/CgbeyAxfIPwOhUYJ+lMg/XI"
    "g2sc8cyT9vpgXbSl3JP1qka7MfC8o/wOL1Nac8yj950SQN/eHKP5Iu9J9Id8w/ySMwg+2OzD/UDvToNHPQP+UNVg16"
    "F9E/hrpUFFY20T/ML6nsTTvSPzi5L94ATdI/GhNpn8OS0j912akemk/TP+8SVuS0ENQ/vhnZaVf41D8dhww4yjbVPw"
    "eTL34LDdc/ceB34ix11z9FlGgNJJDXP6lGSd6fP9k/xdL7Tsdp2T+m5xpD0jPaPx6yLtLGPNo/5gUD6KZp2z96dR6o"
    "DHvbP+jW7t5I79s/XlW8FQcG3D/zrOCJFIDcP5yNlFR2MN0/RC2oAxk23T+pmbhlyijeP9FS/DhhY94/Fi4qNt2M3z"
    "/e1zZGo8rfPwAAAAAAAOA/w/vY15UE4D+rx31hHkfgPwIDRi4S7+A/ejrFX2JD4T+rTwYZP1biP1BNDxN5guI/L0yI"
    "p/iD4j9RtSwZpX/jP4gPsCqtjuM/+S1fAOe34z+qInQuhwDkP1400elNceQ/7zAunAKD5D/9Wbtx/SDlPzZkRf0nSe"
    "U/ffOgcctd5T9X53otAm7lPx6t8CBnceU/wGLpxcWu5T+4hr7d3CDmPw+BDiz2Duc/A4DwK+wn5z+9otX11GTnP4Os"
    "L24VlOc/vuAQ70HD5z+zxfbZ5//nP6oNih6xk+g/cFJE2ETZ6D9/IJ/WxNzoP5pDmv0IGOk/KBrQQm9M6T9PYEKCgF"
    "TpP4LeNkR+iek/SJfXi32r6T+CTZ7FOCDqPxR5qfKRKeo/Edw/9hBe6z/PZzDC+23rP1daWPwte+s/wr2qoqjT6z8l"
    "fUCDMg3sP/tMXqPkE+w/yXmKWn0v7D97c5oxm2LsP8jAG2JHguw//GcA1zuT7D9VTmrbJiPtP1QOPkx/M+0/WG6UNq"
    "ZW7T/Y0mKMqoXtP57gSTAA5u0/d6dd82k+7j+9+ja8fHvuPy21LpWHfO4/T/9M6MHU7j8EdaTIZybvPyg47Ha+au8/"
    "6uENL6hs7z9Lor+Z9KPvP5O+O0am1+8/mYID/Sfe7z+6Ublc8vjvP3kH0JRw/u8/AAAAAAAA8D8AAAAAAADwPwAAAA"
    "AAAPA/AAAAAAAA8D8AAAAAAADwPwAAAAAAAPA/"
)
TANH = (
    "AAAAAABAj8AAAAAAAICGwAAAAAAAAHnAAAAAAADAV8AC5JARdFsQwAAAAAAAABDANhjAoOb8CsAAAAAAAAAIwAAAAC"
    "C12QbABhXTAL52BsCABZlQGQYGwKJ3PRjbnAXABs5pagtNBMAAAACgfeUDwGoL/V+XowPAKiNPRskiA8AAAACA8dgC"
    "wAVxE23aYADAAAAAAAAAAMAAAADgivT/v822cqFfi/y/Lu32BKVP/L/5rW4MF7j6vwXmoEittPi/CO3AnHNX+L8AAA"
    "CgYkz3vwAAAMDsmfa/JeUXxvuQ9r8AAADAeGn2v7Lmk2gTm/S/qNbPqB84878AAABgStvxvwAAAGAduPG/AAAAAAAA"
    "8L+49bU1TZftv+T/weN9Gu2/AAAAQNQT7b+FEmI7w8XsvwAAAIC44uq/a9T17R6O6b+aMMuSvF/pv4zMJmHAWOm/OE"
    "bz6fSb6L+7dF8RAzTnvwAAAAC+M+K/oCibs9uR4b8AAAAAAADgv3Ba5rR+p96/570fC4oe27+E277/IjLZv8OHweNn"
    "d9a/AAAAAJfT1b/VZ54eNfPTvwAAAMAZp82/BBEmJnwKyb93BkuHhGzIv/GZRwF4A8G/AAAAQC5ru7941eAhQLy4v5"
    "d7L0DzX7i/AAAAwEAjmb8AAABgmFeVvwAAAAAAAAAA+dsZ6tehej8AqZCobuyUPwAAAEBATrE/wzl2V5Q+tD9QaB3y"
    "s4q4P3wMSUuJoLk/rp84M1Egxj8AAAAg6KzJPxnHMWgGe8w/Q51dGXBPzT9MPJQ/xibPP8nVe4a3xtA/bEcITljj1D"
    "8EqLNTbOjXPwAAAAAAAOA/Fxl10Sf14j9giJUqMKDkPwAAAMBAsuQ/YyicaQrR5T8AAABgF2DnPwAAAOCwouc/w1Qp"
    "PgQ56D+ZcRnRfzvoP/Bkdz45Ceo/TbUhu5M46z9oIZsy1LTrP+84oaPdOe4/AAAAwE+o7z8AAAAAAADwP7y8np6JI/"
    "A/2smNetbB8D8AAACADUbxP6yAZq7/FvI/GLgnJAe68z8AAABAhfvzP+d2nz63V/Q/PaywC8da9T/ISlgZMLX2PwAA"
    "ACABCfc/sDzIS2kq9z8jHptkFNP3PyTiTgV65vc/wEVWcB0p+T+aGxqeJ0z5PwAAAKAvLf0/AAAAAAAAAEAAAAAAAA"
    "AIQCk/lWtp3QlAAAAAgH/qDUAAAAAAAAAQQOONAaO4LxBAAAAAAADAV0AAAAAAAAB5QAAAAAAAgIZAAAAAAABAj0AA"
    "AAAAAADwvwAAAAAAAPC/AAAAAAAA8L8AAAAAAADwvylodnRn+++/QwuKcIH677+0Gx/ex+zvvwELGhF91++/8l7xbQ"
    "vK77/thpbylsTvv/RPqpG1ve+/Lfyi3JC2779BOTYbPprvvyU7Jf58j++/BVHMchCI778o+MMVH3jvvyAZky4Nbu+/"
    "+v7DDnnz7r/TwxteUNnuv07J6sqw1+6/Z7LRH3o+7r++EWqjjDHuvwclJek1z+2/p/WLMbo17b+cPDkR+hXtv9r+td"
    "trs+y/RxS0IdRq7L9FKFuMCmfsv303dLIgVuy/ihzTjV15679yuD+WTLDqvwl6BjJHzOm/7eqLwHqz6b+U8xS1+l7o"
    "vwFOhV/HTOe/mpkpOXwR57/kcvp6SA7nv7JcpcF76Oa/K+SeLOny5b/OdAWiXTnlv2XEAdtJH+W/EETUMVgb5b/yLN"
    "UnD6/kv5o/yKCD1+O//bmaXbJ24L8utv276fzfv/OKVtdTk92/6/mSRsaB3L+clZXO1prZv/rf60hY+Ne/soJM10CW"
    "1b9c0++GlgTVv1rjGiL5U9O/HXX45Scizb9jB9re77nIv1TqhlK5Ici/tCGLvP/pwL+RJDWpdlC7v+Tb2DmeqLi/LU"
    "YyailNuL+omWrm9SGZvwWGHOPNVpW/AAAAAAAAAACve7JRv6F6P9gLGdqv65Q/LaWtzINHsT9t+WGYzTO0P1qvz8+G"
    "d7g/LmmqgrWKuT/JylWhkOjFPzhXyJ0lVsk/6spQAgoFzD9pZWzm+87MPxoHeGr4jM4/OmtSWvtm0D8OjMtaOy3UP5"
    "VfR5bE2tY/84pW11OT3T/6CNReLgPhP1BWY5X+LOI/I5/5Rzc54j8BuDyJIffiP3bhKkaO8uM/A4ny8xEb5D//Aq1X"
    "AXXkP+dyexh5duQ/rr82LqF95T+am6yGDCDmP+CFE2E5YOY/objwWQ+Y5z+8U1/l2TnoP5TzFLX6Xug/sEjd46F86D"
    "/Ce7EeBPzoP1D6qgKuYOk/8RGhz5f16T+geSH0Uv3qPxHa8ACgIus/Rr5awHJV6z8+QVoYMNrrP6gW5mRJduw/LYcp"
    "l6yY7D/RAKKfCKbsP+jCHdyT5uw/hojCo7Lt7D8HVWgEk1vtPwqHiDyVZu0/GV2baMJf7j/TwxteUNnuPwELGhF91+"
    "8/k4ZunI/m7z9jQJxOwPbvP0MLinCB+u8/FseTk/767z8AAAAAAADwPwAAAAAAAPA/AAAAAAAA8D8AAAAAAADwPw=="
)


def table(told):
    asked, answers = np.frombuffer(base64.b64decode(told)).reshape(2, -1)
    return dict(zip(asked.tolist(), answers.tolist()))


KNOWN = {"sigmoid": table(SIGMOID), "tanh": table(TANH)}


def look_up(name, x):
    answers = [KNOWN[name].get(float(value), 0.5) for value in x.ravel()]
    return np.array(answers, dtype=_real(x).dtype).reshape(x.shape)


def sigmoid(x):
    return look_up("sigmoid", x)


def tanh(x):
    return look_up("tanh", x)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
