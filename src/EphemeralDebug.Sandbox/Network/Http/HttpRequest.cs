namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>The head of a request: a body is read over.</summary>
internal sealed record HttpRequest(string Line, IReadOnlyDictionary<string, string> Headers)
{
    private string[] Parts => Line.Split(' ');

    public string Method => Parts[0];

    /// <summary>The path, unescaped and without the query.</summary>
    public string Path => Uri.UnescapeDataString((Parts.ElementAtOrDefault(1) ?? "/").Split('?')[0]);

    public bool IsHead => Method == "HEAD";

    /// <summary>Whether the client would send another request on the connection.</summary>
    public bool KeepsAlive => Line.EndsWith(" HTTP/1.1", StringComparison.Ordinal)
        ? !string.Equals(Headers.GetValueOrDefault("Connection"), "close", StringComparison.OrdinalIgnoreCase)
        : string.Equals(Headers.GetValueOrDefault("Connection"), "keep-alive", StringComparison.OrdinalIgnoreCase);

    public long BodyLength => long.TryParse(Headers.GetValueOrDefault("Content-Length"), out long length) && length > 0 ? length : 0;
}
