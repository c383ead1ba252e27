using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>nginx as its image configures it: the files of its html directory, and an access log on standard output.</summary>
internal sealed class NginxServer(SimulatedProcess process, int port) : HttpServer(process, port)
{
    public const string Directory = "/usr/share/nginx/html";

    private const string Version = "nginx/1.29.4";

    /// <summary>The page that the image has.</summary>
    public const string WelcomePage = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n<p>This nginx is simulated.</p>\n</body>\n</html>\n";

    protected override (byte[] Answer, bool StaysOpen) Answer(HttpRequest request)
    {
        RegularFile? file = request.Method is "GET" or "HEAD" ? ServedFiles.Find(Process, Directory, request.Path) : null;
        string status = file is not null ? "200 OK" : request.Method is "GET" or "HEAD" ? "404 Not Found" : "405 Not Allowed";
        byte[] body = file?.ToArray() ?? ByteText.Encode(
            $"<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n<hr><center>{Version}</center>\r\n</body>\r\n</html>\r\n");
        string type = file is null || request.Path.EndsWith('/') ? "text/html" : ServedFiles.TypeOf(request.Path) ?? "application/octet-stream";
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nServer: {Version}\r\nDate: {Date}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n");
        if (file is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Last-Modified: {FormatDate(file.ModifiedAt)}\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"Connection: {(request.KeepsAlive ? "keep-alive" : "close")}\r\n\r\n");
        return ([.. ByteText.Encode(head.ToString()), .. request.IsHead ? [] : body], request.KeepsAlive);
    }

    protected override ValueTask LogAsync(HttpRequest request, byte[] answer)
    {
        string time = Process.Scope.Time.GetUtcNow().ToString("dd/MMM/yyyy:HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        string status = Encoding.ASCII.GetString(answer, "HTTP/1.1 ".Length, 3);
        int body = answer.Length - answer.AsSpan().IndexOf("\r\n\r\n"u8) - 4;
        return Process.WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"127.0.0.1 - - [{time}] \"{request.Line}\" {status} {body} \"{request.Headers.GetValueOrDefault("Referer") ?? "-"}\" \"{request.Headers.GetValueOrDefault("User-Agent") ?? "-"}\" \"-\"\n"));
    }
}
