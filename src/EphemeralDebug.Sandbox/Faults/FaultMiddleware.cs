using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Security;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>
/// Stands before everything else that answers a request: lets happen to it what the rules say, and what the request
/// itself asks for in a header. Of several faults, the earlier one surrounds the later.
/// </summary>
internal sealed class FaultMiddleware(FaultRules rules, FaultSyntax syntax, Authenticator authenticator)
{
    /// <summary>The header by which a request asks for a fault, in the same words without what it is for.</summary>
    public const string Header = "X-Sandbox-Fault";

    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (rules.All.IsEmpty && !context.Request.Headers.ContainsKey(Header))
        {
            return next(context);
        }

        var info = RequestInfo.Read(context.Request);
        RequestDelegate answer = next;
        try
        {
            foreach ((Fault fault, Action fired) in Enumerable.Reverse(Chosen(context, info)))
            {
                RequestDelegate inner = answer;
                answer = outer => fault.ApplyAsync(outer, inner, fired);
            }
        }
        catch (FormatException exception)
        {
            return ResponseWriter.WriteStatusAsync(context, ApiStatus.BadRequest($"{Header}: {exception.Message}"));
        }

        return AnswerAsync(context, answer);
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has not waited for what was delayed or stalled.
        }
    }

    private List<(Fault Fault, Action Fired)> Chosen(HttpContext context, RequestInfo info)
    {
        List<(Fault, Action)> chosen = [];
        foreach (string? words in context.Request.Headers[Header])
        {
            chosen.Add((syntax.ParseFault(words ?? ""), static () => { }));
        }

        string User() => authenticator.Authenticate(context)?.Name ?? "";
        foreach (FaultRule rule in rules.All)
        {
            if (rule.Match.Matches(context.Request, info, User) && rule.Fault.AppliesTo(context, info) && rule.TryTake())
            {
                chosen.Add((rule.Fault, rule.Fire));
            }
        }

        return chosen;
    }
}
