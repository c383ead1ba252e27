using System.Net;

namespace EphemeralDebug.Api;

/// <summary>One cause of a refused request, as the server lists them for an invalid object.</summary>
/// <param name="Field">The path of the field, such as <c>spec.ephemeralContainers[0].image</c>, or null.</param>
/// <param name="Reason">The machine-readable reason, such as <c>FieldValueDuplicate</c>, or null.</param>
/// <param name="Message">What the server says of it.</param>
public sealed record KubernetesStatusCause(string? Field, string? Reason, string? Message);

/// <summary>
/// The API server answered with something else than success. The message is the server's own, with control characters
/// made visible.
/// </summary>
public sealed class KubernetesStatusException : EphemeralDebugException
{
    internal KubernetesStatusException(
        string errorId,
        FailureKind kind,
        string message,
        string? recommendedAction,
        HttpStatusCode statusCode,
        string? reason,
        IReadOnlyList<KubernetesStatusCause> causes,
        TimeSpan? retryAfter)
        : base(errorId, kind, message, recommendedAction)
    {
        StatusCode = statusCode;
        Reason = reason;
        Causes = causes;
        RetryAfter = retryAfter;
    }

    /// <summary>The same answer, with more to say of it.</summary>
    internal KubernetesStatusException(KubernetesStatusException answer, string message, string recommendedAction)
        : this(
            answer.ErrorId, answer.Kind, message, recommendedAction, answer.StatusCode, answer.Reason, answer.Causes, answer.RetryAfter)
    {
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The Status object's reason, such as <c>NotFound</c>; null when the answer was no Status.</summary>
    public string? Reason { get; }

    /// <summary>All causes that the server listed.</summary>
    public IReadOnlyList<KubernetesStatusCause> Causes { get; }

    /// <summary>Where a list that has expired (410) may go on, as it is now; null when the server offers no such token.</summary>
    internal string? ContinueToken { get; init; }

    /// <summary>How long the server asks to wait before the next try, or null.</summary>
    public TimeSpan? RetryAfter { get; }
}
