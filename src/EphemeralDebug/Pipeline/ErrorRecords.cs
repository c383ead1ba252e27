using System.Management.Automation;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>Makes every error record of the module.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of a failure.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="target">What the user gave.</param>
    public static ErrorRecord From(Exception exception, object? target) => exception switch
    {
        EphemeralDebugException known => Create(known, known.ErrorId, ToCategory(known.Kind), known.RecommendedAction, target),
        TerminalUnavailableException terminal => NoTerminal(terminal, target),
        _ => Create(
            exception,
            "UnexpectedError",
            ErrorCategory.NotSpecified,
            "This is a defect of the module; please report it with what $Error[0].Exception.ToString() says.",
            target),
    };

    public static ErrorRecord NoTerminal(Exception exception, object? target) => Create(
        exception,
        "TerminalUnavailable",
        ErrorCategory.InvalidOperation,
        "Run it at the prompt of a terminal window. For a script, start the container with the command: New-EphemeralContainer -Command … -Wait, and read its exit code.",
        target);

    public static ErrorRecord InvalidPod(PodReference pod) => From(
        new EphemeralDebugException(
            "InvalidPod",
            FailureKind.InvalidArgument,
            pod.Problem ?? "",
            "Give a pod's name, namespace/name, a workload such as deployment/web, an object from kubectl get -o json | ConvertFrom-Json, or a record of Get-EphemeralContainer."),
        pod.Input);

    public static ErrorRecord InvalidNode(NodeReference node) => From(
        new EphemeralDebugException(
            "InvalidNode",
            FailureKind.InvalidArgument,
            node.Problem ?? "",
            "Give a node's name, node/name, or a node from kubectl get node -o json | ConvertFrom-Json."),
        node.Input);

    public static ErrorRecord NoPortForward(string message, object target) => From(
        new EphemeralDebugException(
            "PortForwardNotFound", FailureKind.NotFound, message, "Get-EphemeralPortForward lists those that there are."),
        target);

    public static ErrorRecord InvalidDetachKeys(FormatException exception, string keys) => Create(
        exception,
        "InvalidDetachKeys",
        ErrorCategory.InvalidArgument,
        "Write keys as ctrl-p,ctrl-q or single characters, separated by commas; an empty string for none.",
        keys);

    private static ErrorRecord Create(
        Exception exception, string errorId, ErrorCategory category, string? advice, object? target)
    {
        var record = new ErrorRecord(exception, errorId, category, target);
        if (advice is not null)
        {
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = advice };
        }

        return record;
    }

    private static ErrorCategory ToCategory(FailureKind kind) => kind switch
    {
        FailureKind.InvalidArgument => ErrorCategory.InvalidArgument,
        FailureKind.InvalidData => ErrorCategory.InvalidData,
        FailureKind.Authentication => ErrorCategory.AuthenticationError,
        FailureKind.PermissionDenied => ErrorCategory.PermissionDenied,
        FailureKind.NotFound => ErrorCategory.ObjectNotFound,
        FailureKind.Conflict => ErrorCategory.ResourceExists,
        FailureKind.Unavailable => ErrorCategory.ResourceUnavailable,
        FailureKind.Connection => ErrorCategory.ConnectionError,
        FailureKind.Security => ErrorCategory.SecurityError,
        FailureKind.Timeout => ErrorCategory.OperationTimeout,
        FailureKind.Protocol => ErrorCategory.ProtocolError,
        _ => ErrorCategory.InvalidOperation,
    };
}
