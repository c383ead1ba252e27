using System.Net;
using System.Net.Sockets;

namespace EphemeralDebug.Terminal.TestHost;

/// <summary>Lines of text to and from the test, over a loopback socket so that the terminal is left alone.</summary>
internal sealed class TestConnection : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly Lock _gate = new();
    private readonly StreamReader _commands;
    private readonly StreamWriter _reports;

    public TestConnection(int port)
    {
        _client.Connect(IPAddress.Loopback, port);
        _commands = new StreamReader(_client.GetStream());
        _reports = new StreamWriter(_client.GetStream()) { AutoFlush = true };
    }

    /// <summary>Tells the test something, as a word and its value.</summary>
    public void Report(string kind, string value = "")
    {
        lock (_gate)
        {
            _reports.WriteLine($"{kind} {value}");
        }
    }

    /// <summary>The next command and its value; the command is empty when the test has gone.</summary>
    public async Task<(string Command, string Value)> NextCommandAsync()
    {
        string[] parts = (await _commands.ReadLineAsync() ?? "").Split(' ', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    public void Dispose()
    {
        _reports.Dispose();
        _commands.Dispose();
        _client.Dispose();
    }
}
