using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>Reads the bodies of requests.</summary>
internal static class RequestBody
{
    /// <summary>The most bytes that a body may have.</summary>
    private const int Limit = 3 * 1024 * 1024;

    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    public static string MediaType(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) ? type.MediaType.Value ?? "" : "";

    /// <summary>The whole body.</summary>
    /// <exception cref="ApiStatusException">The body is longer than the server takes.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
        {
            if (buffer.Length + read > Limit)
            {
                throw new ApiStatusException(new ApiStatus(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}"));
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>A document as JSON, YAML or protobuf, whichever the content type says.</summary>
    /// <exception cref="ApiStatusException">The content type is another one.</exception>
    /// <exception cref="JsonSyntaxException">The body is none of it.</exception>
    public static JsonNode? Parse(HttpRequest request, byte[] body, out IReadOnlyList<string> duplicates)
    {
        switch (MediaType(request))
        {
            case "" or Negotiated.Json:
                return JsonReader.Read(body, out duplicates);
            case Negotiated.YamlType:
                duplicates = [];
                return YamlText.Read(Encoding.UTF8.GetString(body));
            case Protobuf:
                duplicates = [];
                return ProtobufReader.Read(body);
            default:
                throw new ApiStatusException(new ApiStatus(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf"));
        }
    }

    /// <summary>A body in a message: its beginning when it is an object, in hexadecimal digits when it is not.</summary>
    public static string Summarize(byte[] body)
    {
        const int shown = 30;
        if (body.Length == 0)
        {
            return "<empty>";
        }

        byte[] start = body[..Math.Min(body.Length, shown)];
        string text = body[0] == '{' ? Encoding.UTF8.GetString(start) : Convert.ToHexStringLower(start);
        return body.Length > shown ? $"{text} ..." : text;
    }
}
