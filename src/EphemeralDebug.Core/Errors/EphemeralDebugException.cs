namespace EphemeralDebug;

/// <summary>
/// The base of every failure that this library reports: one sentence for people in <see cref="Exception.Message"/>,
/// a stable id for scripts, and what to do next.
/// </summary>
public class EphemeralDebugException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="errorId">Stable, in PascalCase, such as <c>PodNotFound</c>.</param>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">What happened, to what.</param>
    /// <param name="recommendedAction">What the user can do next, or null.</param>
    /// <param name="innerException">The cause, or null.</param>
    public EphemeralDebugException(
        string errorId,
        FailureKind kind,
        string message,
        string? recommendedAction = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        RecommendedAction = recommendedAction;
    }

    /// <summary>The stable id, in PascalCase.</summary>
    public string ErrorId { get; }

    /// <summary>The kind of failure.</summary>
    public FailureKind Kind { get; }

    /// <summary>What the user can do next, or null.</summary>
    public string? RecommendedAction { get; }
}
