using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Serialization;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>An answer in place of the server's own: a Status, a text, or the page of a proxy.</summary>
internal sealed class AnswerFault(int code, string contentType, string body, int? retryAfterSeconds) : Fault
{
    /// <summary>A refusal as the API server words it.</summary>
    public static AnswerFault OfStatus(int code, string? reason, string? message, int? retryAfterSeconds)
    {
        (string usualReason, string usualMessage) = Usual(code);
        var status = new ApiStatus(code, reason ?? usualReason, message ?? usualMessage)
        {
            Details = retryAfterSeconds is { } seconds ? new() { ["retryAfterSeconds"] = seconds } : null,
        };
        return new AnswerFault(code, "application/json", $"{ApiJson.ToText(status.ToJson())}\n", retryAfterSeconds);
    }

    /// <summary>A plain text, as the API server's filters, the kubelet and many proxies answer.</summary>
    public static AnswerFault OfText(int code, string? message, int? retryAfterSeconds) =>
        new(code, "text/plain; charset=utf-8", $"{message ?? Usual(code).Message}\n", retryAfterSeconds);

    /// <summary>What a proxy or a login page in front of the server shows.</summary>
    public static AnswerFault OfHtml(int code)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"{code} {Usual(code).Reason}");
        return new AnswerFault(
            code, "text/html", $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n", null);
    }

    public override async Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        if (retryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        fired();
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static (string Reason, string Message) Usual(int code) => code switch
    {
        200 => ("OK", "OK"),
        400 => ("BadRequest", "the server rejected our request for an unknown reason"),
        401 => ("Unauthorized", "Unauthorized"),
        403 => ("Forbidden", "forbidden"),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        409 => ("Conflict", "the server reported a conflict"),
        410 => ("Expired", "The resourceVersion for the provided list is too old."),
        413 => ("RequestEntityTooLarge", "Request entity too large"),
        422 => ("Invalid", "the server rejected our request due to an error in our request"),
        429 => ("TooManyRequests", "Too many requests, please try again later."),
        500 => ("InternalError", "Internal error occurred: the sandbox was told to fail"),
        502 => ("Bad Gateway", "Bad Gateway"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => ("Timeout", "Timeout: request did not complete within the allotted timeout"),
        _ => ("Unknown", "the server responded with a status code that the sandbox was told to use"),
    };
}
