using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>A request that is answered with an error: a Status object, a text, or only a status code.</summary>
internal sealed class RequestRefusedException : Exception
{
    private readonly int _code;
    private readonly JsonObject? _status;

    private RequestRefusedException(int code, string message, JsonObject? status)
        : base(message)
    {
        _code = code;
        _status = status;
    }

    /// <summary>The API server refuses: 400 and a Status.</summary>
    public static RequestRefusedException BadRequest(string message) => Status(400, "BadRequest", message, details: null);

    /// <summary>The API server refuses, with a Status.</summary>
    public static RequestRefusedException Status(int code, string reason, string message, JsonObject? details)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
        };
        if (details is not null)
        {
            status["details"] = details;
        }

        status["code"] = code;
        return new RequestRefusedException(code, message, status);
    }

    /// <summary>The kubelet refuses: a text, or nothing but the code when the text is empty.</summary>
    public static RequestRefusedException Text(int code, string message) => new(code, message, status: null);

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = _code;
        if (_status is not null)
        {
            response.ContentType = "application/json";
            await response.WriteAsync(_status.ToJsonString(StreamStatus.Json) + "\n");
        }
        else if (Message.Length > 0)
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(Message);
        }
    }
}
