using System.Net;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>What the server answered to one question, or why it did not.</summary>
internal sealed record Answer<T>(T? Value, EphemeralDebugException? Failure)
    where T : class
{
    /// <summary>The HTTP status of a refusal; null where there was none.</summary>
    public HttpStatusCode? Refusal => (Failure as KubernetesStatusException)?.StatusCode;

    /// <summary>The server said something, even if it was no.</summary>
    public bool IsFromServer => Value is not null || Failure is KubernetesStatusException;
}
