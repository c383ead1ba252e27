namespace EphemeralDebug;

/// <summary>What kind of failure an <see cref="EphemeralDebugException"/> reports; hosts map it to their own categories.</summary>
public enum FailureKind
{
    /// <summary>The input is not valid (HTTP 400, 422, and what is refused before anything is sent).</summary>
    InvalidArgument,

    /// <summary>A file or a setting in it cannot be used.</summary>
    InvalidData,

    /// <summary>The server does not know who asks (HTTP 401).</summary>
    Authentication,

    /// <summary>The user may not do this (HTTP 403).</summary>
    PermissionDenied,

    /// <summary>The named thing does not exist (HTTP 404).</summary>
    NotFound,

    /// <summary>The thing exists already, or was changed meanwhile (HTTP 409).</summary>
    Conflict,

    /// <summary>The server cannot answer now (HTTP 429 and 5xx).</summary>
    Unavailable,

    /// <summary>No connection, or a connection that was lost.</summary>
    Connection,

    /// <summary>The server's identity could not be verified.</summary>
    Security,

    /// <summary>Something took longer than it was given.</summary>
    Timeout,

    /// <summary>The answer is not what the protocol asks for.</summary>
    Protocol,

    /// <summary>A container will not start, or is not in a state that allows the operation.</summary>
    InvalidOperation,
}
