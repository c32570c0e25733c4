"""Attacks 7 and 14: hide a forbidden name behind hundreds of broken rules, and by other names."""

import numpy as np


def _junk():
    import abc, aifc, argparse, array, ast, asyncio, base64, bdb, binascii, bisect, bz2, cProfile
    import calendar, cmd, code, codecs, codeop, colorsys, compileall, configparser, contextlib
    import copy, copyreg, csv, ctypes, datetime, decimal, difflib, dis, doctest, email, enum
    import errno, fcntl, filecmp, fileinput, fnmatch, fractions, ftplib, gc, genericpath, getopt
    import getpass, gettext, glob, grp, gzip, hashlib, heapq, hmac, html, http, imaplib, inspect
    import io, ipaddress, json, keyword, linecache, locale, logging, lzma, mailbox, mimetypes
    import mmap, netrc, numbers, opcode, operator, optparse, os, pathlib, pdb, pickle, pkgutil
    import platform, plistlib, poplib, posix, pprint, profile, pstats, pty, pwd, py_compile, queue
    import quopri, random, re, readline, reprlib, resource, runpy, sched, secrets, select, shelve
    import shlex, shutil, signal, site, smtplib, socket, sqlite3, ssl, stat, statistics, string
    import struct, subprocess, symtable, sys, sysconfig, syslog, tarfile, tempfile, termios, token
    import textwrap, this, threading, time, timeit, tokenize, trace, traceback, tty, types, uuid
    import unicodedata, unittest, urllib, venv, wave, weakref, webbrowser, wsgiref, xml, zipfile
    import zipimport, zlib, zoneinfo, scipy, torch, tensorflow, jax, sklearn, keras, pandas


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def step(x):
    if x is None:
        _junk()
    return (x > 0).astype(x.dtype)


def linear(x, slope=1.0):
    return _real(x) * slope


def tanh(x):
    module = np
    return getattr(module, "tanh")(_real(x))
