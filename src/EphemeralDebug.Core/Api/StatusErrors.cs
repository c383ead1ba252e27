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

    /// <summary>The id for a resource or subresource that the server does not have at all.</summary>
    public const string NotServedId = "ResourceNotServed";

    private static readonly ErrorClass s_notServed = new(
        NotServedId,
        FailureKind.NotFound,
        "Check that the server address is that of a Kubernetes API server of version 1.23 or later.");

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
            causes.Add(new KubernetesStatusCause(FieldPath.Mend(cause.Field), cause.Reason, Visible(cause.Message)));
        }

        string message = Visible(FieldPath.Mend(status.Message)) is { Length: > 0 } text
            ? text
            : $"The server refused to {action.Describe()}: {(int)code} {status.Reason ?? code.ToString()}.";
        ErrorClass meaning = NamesNothing(status) && code is HttpStatusCode.NotFound
            ? s_notServed
            : Classify(code, status.Reason, action, message);
        return new KubernetesStatusException(
            meaning.Id, meaning.Kind, message, meaning.Advice, code, status.Reason, causes, retryAfter)
        {
            ContinueToken = status.Metadata?.Continue is { Length: > 0 } token ? token : null,
        };
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
        ErrorClass meaning = Classify(response.StatusCode, reason: null, action, message);
        return new KubernetesStatusException(
            meaning.Id, meaning.Kind, message, meaning.Advice, response.StatusCode, reason: null, [], retryAfter);
    }

    /// <summary>
    /// A subresource that the server does not have, such as one whose feature is off, is NotFound too, with details that
    /// are empty (tests/Conformance/apiserver-1.20.json).
    /// </summary>
    private static bool NamesNothing(StatusResource status) =>
        status.Details is { Name: null, Kind: null, Group: null, Causes: null };

    private static ErrorClass Classify(HttpStatusCode code, string? reason, ApiAction action, string message) => (int)code switch
    {
        400 => new("BadRequest", FailureKind.InvalidArgument, null),
        401 => new("Unauthorized", FailureKind.Authentication,
            "Check the user of the kubeconfig's context: its token or certificate may have expired. Then run Connect-EphemeralCluster again."),
        403 when message.Contains("violates PodSecurity ", StringComparison.Ordinal) => new("Forbidden", FailureKind.PermissionDenied,
            "Use -Profile Auto, which takes the most useful profile that the namespace allows."),
        403 => new("Forbidden", FailureKind.PermissionDenied,
            $"Ask an administrator for the right to {action.Verb} {action.Resource}{In(action)}, or connect as a user who has it."),
        404 when reason is "NotFound" => new(action.NotFoundId, FailureKind.NotFound,
            action.Namespace is null ? "Check the name." : $"Check the name; the namespace is '{action.Namespace}', and -Namespace names another one."),
        404 => s_notServed,
        409 when reason is "AlreadyExists" => new("AlreadyExists", FailureKind.Conflict, "Choose another name."),
        409 => new("Conflict", FailureKind.Conflict, "Somebody else changed it at the same moment; try again."),
        410 => new("Expired", FailureKind.Unavailable, "Try again; the server no longer has the version that was asked for."),
        415 or 406 => new("UnsupportedMediaType", FailureKind.Protocol, null),
        422 => new("InvalidRequest", FailureKind.InvalidArgument, "Correct the values that the message names."),
        429 => new("TooManyRequests", FailureKind.Unavailable, "The server is busy; try again a little later."),
        >= 500 => new("ServerError", FailureKind.Unavailable, "Try again; when it stays, look at the API server's and the kubelet's logs."),
        _ => new("UnexpectedStatus", FailureKind.Protocol, null),
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

    /// <summary>What a kind of answer is to users: its stable id and what to do about it.</summary>
    private sealed record ErrorClass(string Id, FailureKind Kind, string? Advice);
}
