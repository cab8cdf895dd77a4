"""No answer before its change is in the file.

The server by itself writes once a second and would lose that second when it is killed. Here every call of its
backend is followed by a commit, and only then by the answer. The wrapper is put together from Java's own
method handles: the runtime has no compiler, and a detour of each request through Python would cost a third.
"""

from typing import Any

import jpype


def committing_first(backend: Any, store: Any) -> Any:
    """Return a backend that does what the given one does and commits the store before it returns."""
    face = jpype.JClass("de.bwaldvogel.mongo.MongoBackend").class_
    handler = jpype.JClass("java.lang.invoke.MethodHandleProxies").asInterfaceInstance(
        jpype.JClass("java.lang.reflect.InvocationHandler").class_,
        _then_commit(_dispatch(backend, face), store),
    )
    return jpype.JClass("java.lang.reflect.Proxy").newProxyInstance(face.getClassLoader(), [face], handler)


def _dispatch(backend: Any, face: Any) -> Any:
    """(proxy, method, arguments) -> the same method of the backend, called with the arguments."""
    handles, types = _handles(), _types()
    whole = types.methodType(_class("Object"), _objects())
    table = jpype.JClass("java.util.HashMap")()
    for method in face.getMethods():
        bound = handles.publicLookup().unreflect(method).bindTo(backend)
        table.put(method, bound.asSpreader(_objects(), method.getParameterCount()).asType(whole))
    lookup = handles.publicLookup().findVirtual(
        jpype.JClass("java.util.HashMap").class_, "get", types.methodType(_class("Object"), _class("Object"))
    )
    chosen = lookup.bindTo(table).asType(types.methodType(_class("invoke.MethodHandle"), _class("reflect.Method")))
    called = handles.filterArguments(handles.exactInvoker(whole), 0, [chosen])
    return handles.dropArguments(called, 0, [_class("Object")])


def _then_commit(dispatch: Any, store: Any) -> Any:
    """Return the call with a commit behind it, whether it answered or failed."""
    handles, types = _handles(), _types()
    commit = handles.publicLookup().findVirtual(store.getClass(), "commit", types.methodType(jpype.JLong.class_))
    quietly = commit.bindTo(store).asType(types.methodType(jpype.JClass("java.lang.Void").TYPE))
    answer = handles.dropArguments(handles.identity(_class("Object")), 0, [_class("Throwable")])
    return handles.tryFinally(dispatch, handles.foldArguments(answer, quietly))


def _handles() -> Any:
    return jpype.JClass("java.lang.invoke.MethodHandles")


def _types() -> Any:
    return jpype.JClass("java.lang.invoke.MethodType")


def _class(name: str) -> Any:
    return jpype.JClass(f"java.lang.{name}").class_


def _objects() -> Any:
    return jpype.JArray(jpype.JClass("java.lang.Object")).class_
