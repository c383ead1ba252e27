using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api;

public sealed class WarningHeaderTests
{
    [Theory]
    [InlineData("299 - \"text\"", "text")]
    [InlineData("  299 - \"text\"", "text")]
    [InlineData("299 agent \"violates \\\"restricted:latest\\\": a \\\\ b\"", "violates \"restricted:latest\": a \\ b")]
    [InlineData("299 - \"a, b\" \"Sat, 25 Aug 2012 23:34:45 GMT\"", "a, b")]
    [InlineData("299 - \"one\", 299 - \"two\"", "one|two")]
    [InlineData("299 - \"one\" \"Sat, 25 Aug 2012 23:34:45 GMT\", 299 - \"two\"", "one|two")]
    [InlineData("199 - \"other\", 299 - \"this\"", "this")]
    [InlineData("299 - \"\"", "")]
    [InlineData("299 - \"escape \u001b[31m\"", "escape \\u001b[31m")]
    [InlineData("299 - \"gr\u00c3\u00bc\u00c3\u009fe\"", "grüße")]
    public void Each_text_is_read_once_unquoted(string header, string expected) =>
        Assert.Equal(expected, string.Join('|', WarningHeader.Read(header)));

    [Theory]
    [InlineData("")]
    [InlineData("299")]
    [InlineData("299 - text")]
    [InlineData("299 - \"no end")]
    [InlineData("29 - \"text\"")]
    public void What_is_no_warning_is_passed_over(string header) => Assert.Empty(WarningHeader.Read(header));

    [Fact]
    public async Task Whoever_collects_gets_the_warnings_of_every_request_each_once()
    {
        int requests = 0;
        await using ScriptedServer server = Warning(
            () => Interlocked.Increment(ref requests) == 1 ? "299 - \"same\"" : "299 - \"same\"\r\nWarning: 299 - \"other\"");
        using var client = new ApiClient(server.Address, new SocketsHttpHandler());
        using var warnings = ServerWarnings.Collect();

        await GetAsync(client);
        await GetAsync(client);

        Assert.Equal(["same", "other"], warnings.Texts);
    }

    [Fact]
    public async Task Work_beside_it_does_not_get_them()
    {
        await using ScriptedServer server = Warning(static () => "299 - \"mine\"");
        using var client = new ApiClient(server.Address, new SocketsHttpHandler());

        IReadOnlyList<string>[] collected = await Task.WhenAll(WorkAsync(client), WorkAsync(client: null));

        Assert.Equal(["mine"], collected[0]);
        Assert.Empty(collected[1]);
    }

    private static async Task<IReadOnlyList<string>> WorkAsync(ApiClient? client)
    {
        using var warnings = ServerWarnings.Collect();
        await Task.Yield();
        if (client is not null)
        {
            await GetAsync(client);
        }

        return warnings.Texts;
    }

    private static Task<PodResource> GetAsync(ApiClient client) => new PodApi(client).GetAsync("default", "web", CancellationToken.None);

    private static ScriptedServer Warning(Func<string> header) => new((_, stream, token) => ScriptedServer.WriteAsync(
        stream,
        ScriptedServer.Answer(200, "application/json", "{}").Replace("Connection:", $"Warning: {header()}\r\nConnection:", StringComparison.Ordinal),
        token));
}
