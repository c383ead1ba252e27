using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>BusyBox' httpd: one request for each connection, files of a directory.</summary>
internal sealed class BusyBoxServer(SimulatedProcess process, int port, string directory) : HttpServer(process, port)
{
    protected override (byte[] Answer, bool StaysOpen) Answer(HttpRequest request)
    {
        (string status, string fields, byte[] body) = request.Method is not ("GET" or "HEAD")
            ? Refusal("501 Not Implemented", "The requested method is not recognized")
            : ServedFiles.Find(Process, directory, request.Path) is { } file
                ? Found(request.Path, file)
                : Refusal("404 Not Found", "The requested URL was not found");
        byte[] head = ByteText.Encode($"HTTP/1.1 {status}\r\nDate: {Date}\r\nConnection: close\r\n{fields}\r\n");
        return ([.. head, .. request.IsHead ? [] : body], StaysOpen: false);
    }

    private static (string Status, string Fields, byte[] Body) Found(string path, RegularFile file)
    {
        byte[] content = file.ToArray();
        string type = ServedFiles.TypeOf(path.EndsWith('/') ? "index.html" : path) ?? "application/octet-stream";
        return ("200 OK", string.Create(
            CultureInfo.InvariantCulture,
            $"Content-type: {type}\r\nAccept-Ranges: bytes\r\nLast-Modified: {FormatDate(file.ModifiedAt)}\r\nETag: \"{file.ModifiedAt.ToUnixTimeSeconds():x}-{content.Length:x}\"\r\nContent-Length: {content.Length}\r\n"), content);
    }

    private static (string Status, string Fields, byte[] Body) Refusal(string status, string reason) => (
        status,
        "Content-type: text/html\r\n",
        ByteText.Encode($"<HTML><HEAD><TITLE>{status}</TITLE></HEAD>\n<BODY><H1>{status}</H1>\n{reason}\n</BODY></HTML>\n"));
}
