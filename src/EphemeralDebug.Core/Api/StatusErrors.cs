using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Api.Wire.Protobuf;

namespace EphemeralDebug.Api;

/// <summary>Turns an unsuccessful HTTP answer into a <see cref="KubernetesStatusException"/>.</summary>
internal static class StatusErrors
{
    /// <summary>More than any Status needs; an endless error page is cut here.</summary>
    private const int MaximumBodyBytes = 64 * 1024;

    public static async Task<KubernetesStatusException> ReadAsync(
        HttpResponseMessage response, ApiAction action, CancellationToken cancellationToken)
    {
        byte[] body = await ReadStartAsync(response, cancellationToken).ConfigureAwait(false);
        StatusResource? status = TryParseStatus(body);
        TimeSpan? retryAfter = response.Headers.RetryAfter?.Delta
            ?? (status?.Details?.RetryAfterSeconds is int seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);
        return status is null
            ? FromText(response, body, action, retryAfter)
            : FromStatus(status, response.StatusCode, action, retryAfter);
    }

    public static KubernetesStatusException FromStatus(
        StatusResource status, HttpStatusCode code, ApiAction action, TimeSpan? retryAfter = null)
    {
        var causes = new List<KubernetesStatusCause>();
        foreach (StatusCause cause in status.Details?.Causes ?? [])
        {
            causes.Add(new KubernetesStatusCause(cause.Field, cause.Reason, Visible(cause.Message)));
        }

        string message = Visible(status.Message) is { Length: > 0 } text
            ? text
            : $"The server refused to {action.Describe()}: {(int)code} {status.Reason ?? code.ToString()}.";
        return Create(code, status.Reason, message, causes, action, retryAfter, status.Metadata?.Continue is { Length: > 0 } token ? token : null);
    }

    private static KubernetesStatusException FromText(
        HttpResponseMessage response, byte[] body, ApiAction action, TimeSpan? retryAfter)
    {
        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        string text = Visible(Encoding.UTF8.GetString(body)).Trim();
        bool isPage = mediaType is "text/html" || text.StartsWith('<');
        string said = isPage || text.Length == 0 ? "" : $": {FirstLine(text)}";
        string code = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode}");
        string message = isPage
            ? $"The server answered with a web page (HTTP {code}) when asked to {action.Describe()}; it is probably no Kubernetes API server, or a proxy or login page stands before it."
            : $"The server refused to {action.Describe()} (HTTP {code}){said}";
        return Create(response.StatusCode, reason: null, message, [], action, retryAfter);
    }

    private static KubernetesStatusException Create(
        HttpStatusCode code,
        string? reason,
        string message,
        IReadOnlyList<KubernetesStatusCause> causes,
        ApiAction action,
        TimeSpan? retryAfter,
        string? continueToken = null)
    {
        (string id, FailureKind kind, string? advice) = Classify(code, reason, action);
        return new KubernetesStatusException(id, kind, message, advice, code, reason, causes, retryAfter)
        {
            ContinueToken = continueToken,
        };
    }

    private static (string Id, FailureKind Kind, string? Advice) Classify(
        HttpStatusCode code, string? reason, ApiAction action) => (int)code switch
    {
        400 => ("BadRequest", FailureKind.InvalidArgument, null),
        401 => ("Unauthorized", FailureKind.Authentication,
            "Check the user of the kubeconfig's context: its token or certificate may have expired. Then run Connect-EphemeralCluster again."),
        403 => ("Forbidden", FailureKind.PermissionDenied,
            $"Ask an administrator for the right to {action.Verb} {action.Resource}{In(action)}, or connect as a user who has it."),
        404 when reason is "NotFound" => (action.NotFoundId, FailureKind.NotFound,
            action.Namespace is null ? "Check the name." : $"Check the name; the namespace is '{action.Namespace}', and -Namespace names another one."),
        404 => ("ResourceNotServed", FailureKind.NotFound,
            "Check that the server address is that of a Kubernetes API server of version 1.23 or later."),
        409 when reason is "AlreadyExists" => ("AlreadyExists", FailureKind.Conflict, "Choose another name."),
        409 => ("Conflict", FailureKind.Conflict, "Somebody else changed it at the same moment; try again."),
        410 => ("Expired", FailureKind.Unavailable, "Try again; the server no longer has the version that was asked for."),
        415 or 406 => ("UnsupportedMediaType", FailureKind.Protocol, null),
        422 => ("InvalidRequest", FailureKind.InvalidArgument, "Correct the values that the message names."),
        429 => ("TooManyRequests", FailureKind.Unavailable, "The server is busy; try again a little later."),
        >= 500 => ("ServerError", FailureKind.Unavailable, "Try again; when it stays, look at the API server's and the kubelet's logs."),
        _ => ("UnexpectedStatus", FailureKind.Protocol, null),
    };

    private static string In(ApiAction action) => action.Namespace is null ? "" : $" in namespace '{action.Namespace}'";

    private static string FirstLine(string text)
    {
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end].TrimEnd();
    }

    private static string Visible(string? text) => text is null ? "" : ControlCharacters.MakeVisible(text);

    private static StatusResource? TryParseStatus(byte[] body)
    {
        if (StatusProtobuf.TryRead(body) is { } read)
        {
            return read;
        }

        try
        {
            StatusResource? status = JsonSerializer.Deserialize(body, WireJson.Default.StatusResource);
            return status is { Kind: "Status" } ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<byte[]> ReadStartAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[MaximumBodyBytes];
            int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return buffer.AsSpan(0, length).ToArray();
        }
    }
}
