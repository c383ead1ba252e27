using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>Plays one recorded HTTP exchange and gives what was answered, in the recording's own form.</summary>
internal sealed class HttpStep(ClusterUnderTest cluster, string user, JsonObject request)
{
    private static readonly string[] RecordedHeaders = ["Content-Type", "Warning", "Retry-After", "Allow", "Location", "WWW-Authenticate"];

    /// <summary>The whole answer.</summary>
    public async Task<JsonObject> PlayAsync(bool events, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(cancellationToken);
        Dictionary<string, string[]> headers = Headers(response);
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        JsonObject answer = Describe((int)response.StatusCode, headers, events ? "" : body, cluster.Server.Port);
        if (events)
        {
            answer.Remove("body");
            answer["events"] = new JsonArray([.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
        }

        return answer;
    }

    /// <summary>The lines of a stream as they come, until enough of them are there or the stream ends.</summary>
    public async Task<JsonObject> PlayStreamAsync(bool events, Func<IReadOnlyList<JsonNode>, bool> enough, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(cancellationToken);
        Dictionary<string, string[]> headers = Headers(response);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        if (!events)
        {
            string text = await reader.ReadToEndAsync(cancellationToken);
            return Describe((int)response.StatusCode, headers, text, cluster.Server.Port);
        }

        var seen = new List<JsonNode>();
        while (!enough(seen) && await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            seen.Add(JsonNode.Parse(line)!);
        }

        JsonObject answer = Describe((int)response.StatusCode, headers, "", cluster.Server.Port);
        answer["events"] = new JsonArray([.. seen]);
        return answer;
    }

    /// <summary>Path and query of a recorded request.</summary>
    public static string Target(string path, JsonObject? query)
    {
        IEnumerable<string> terms = (query ?? []).SelectMany(term => (term.Value as JsonArray ?? new JsonArray(term.Value?.DeepClone()))
            .Select(value => $"{Uri.EscapeDataString(term.Key)}={Uri.EscapeDataString(value.AsText() ?? "")}"));
        string text = string.Join('&', terms);
        return text.Length == 0 ? path : $"{path}?{text}";
    }

    /// <summary>An answer as the recording holds it: status, some headers, the body as JSON or as text.</summary>
    public static JsonObject Describe(int status, IReadOnlyDictionary<string, string[]> headers, string body, int port)
    {
        var kept = new JsonObject();
        foreach (string name in RecordedHeaders)
        {
            if (headers.TryGetValue(name, out string[]? values))
            {
                kept[name] = values.Length == 1 ? values[0] : new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
            }
        }

        var answer = new JsonObject { ["status"] = status, ["headers"] = kept };
        bool json = headers.TryGetValue("Content-Type", out string[]? type) && type[0].StartsWith("application/json", StringComparison.Ordinal);
        if (body.Length > 0)
        {
            // The recorded server listened on the usual port.
            string normalized = body.Replace(string.Create(CultureInfo.InvariantCulture, $":{port}\""), ":6443\"", StringComparison.Ordinal);
            answer[json ? "body" : "bodyText"] = json ? JsonNode.Parse(normalized) : JsonValue.Create(normalized);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Text("method")!),
            new Uri(cluster.Server.Address, Target(request.Text("path")!, request.Object("query"))));
        message.Headers.TryAddWithoutValidation("Accept", request.Text("accept") ?? "application/json");
        string? text = request.Text("bodyText") ?? (request.ContainsKey("body") ? ApiJson.ToText(request["body"]) : null);
        if (text is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.Text("contentType") ?? "application/json");
        }

        foreach ((string name, JsonNode? value) in request.Object("headers") ?? [])
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value.AsText());
        }

        return await cluster.Client(user).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // As they came over the wire: the framework would put blanks between parameters.
    private static Dictionary<string, string[]> Headers(HttpResponseMessage response) => response.Headers.NonValidated
        .Concat(response.Content.Headers.NonValidated)
        .ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
}
