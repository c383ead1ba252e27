using System.Globalization;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>The application of an image that has nothing else: it answers every path with a line about itself.</summary>
internal sealed class PlainServer(SimulatedProcess process, int port) : HttpServer(process, port)
{
    protected override (byte[] Answer, bool StaysOpen) Answer(HttpRequest request)
    {
        byte[] body = ByteText.Encode($"{Process.CommandName} on {Process.Scope.HostName}: {request.Method} {request.Path}\n");
        byte[] head = ByteText.Encode(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\nDate: {Date}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: {(request.KeepsAlive ? "keep-alive" : "close")}\r\n\r\n"));
        return ([.. head, .. request.IsHead ? [] : body], request.KeepsAlive);
    }
}
