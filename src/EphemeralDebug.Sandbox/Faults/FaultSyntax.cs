using System.Globalization;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>Reads faults and rules from one line of text.</summary>
internal sealed class FaultSyntax(TimeProvider time)
{
    /// <summary>The syntax, for people.</summary>
    public const string Help = """
        A fault rule is: FAULT [on WHAT...] [skip=N] [times=N]

        FAULT is one of
          delay 2s                       answer late; s, ms or m
          status 429 [retry-after=2] [reason=NAME] [message='TEXT']
                                         answer with a Status of any code
          text 503 [retry-after=2] [message='TEXT']
                                         answer with plain text
          html 502                       answer with the page of a proxy; also 200
          drop [at=BYTES] [after=2s]     lose the connection: before the answer, or after so many bytes of its body
                                         or of the stream that it was upgraded to; at once or after a time
          stall [at=BYTES] [for=5s]      send nothing more and keep the connection open
          expire [after=2s]              end a watch with 410 in an ERROR event, answer a continued list with 410
          close [after=2s]               end a watch as if its time were up
          v4                             do not know v5.channel.k8s.io

        WHAT may have a method or verb (GET, list, watch), a path (/api/v1/*) or a resource (pods, pods/exec),
        parameters of the query (?continue, ?fieldSelector=metadata.name=*), user=NAME, and upgrade for requests that
        ask for one. * and ? are wildcards. skip leaves the first matching requests alone; times says how many are
        struck after that (default: all). Of several rules that match, each happens.

          --fault 'status 429 retry-after=1 on list pods times=3'
          --fault 'drop at=1000 on watch pods skip=1'

        A request asks for a fault itself with the header X-Sandbox-Fault: FAULT.
        """;

    private static readonly HashSet<string> Verbs =
        new(StringComparer.Ordinal) { "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection" };

    /// <summary>Reads a fault with what it is for and how often it happens.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public FaultRule ParseRule(string text)
    {
        FaultWords words = FaultWords.Split(text);
        Fault fault = ReadFault(words);
        FaultMatch match = words.TryTake("on") ? ReadMatch(words) : FaultMatch.Any;
        var rule = new FaultRule(fault, match)
        {
            Skip = words.TakeNumber("skip", 0, int.MaxValue) ?? 0,
            Times = words.TakeNumber("times", 1, int.MaxValue),
        };
        words.RequireEnd();
        return rule;
    }

    /// <summary>Reads a fault alone.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public Fault ParseFault(string text)
    {
        FaultWords words = FaultWords.Split(text);
        Fault fault = ReadFault(words);
        words.RequireEnd();
        return fault;
    }

    private Fault ReadFault(FaultWords words)
    {
        string name = words.Take("a fault");
        return name switch
        {
            "delay" => new DelayFault(FaultWords.ReadDuration(words.Take("a time")), time),
            "status" => ReadStatus(words),
            "text" => AnswerFault.OfText(ReadCode(words), words.TakeOption("message"), RetryAfter(words)),
            "html" => AnswerFault.OfHtml(ReadCode(words)),
            "drop" => new DropFault(words.TakeNumber("at", 0, int.MaxValue), words.TakeDuration("after"), time),
            "stall" => new StallFault(words.TakeNumber("at", 0, int.MaxValue), words.TakeDuration("for"), time),
            "expire" => new ExpiryFault(Api.ExpiryKind.Expired, words.TakeDuration("after") ?? TimeSpan.Zero, time),
            "close" => new ExpiryFault(Api.ExpiryKind.Closed, words.TakeDuration("after") ?? TimeSpan.Zero, time),
            "v4" => new OldProtocolFault(),
            _ => throw new FormatException($"'{name}' is no fault; there are delay, status, text, html, drop, stall, expire, close and v4."),
        };
    }

    private static AnswerFault ReadStatus(FaultWords words) => AnswerFault.OfStatus(
        ReadCode(words), words.TakeOption("reason"), words.TakeOption("message"), RetryAfter(words));

    private static int? RetryAfter(FaultWords words) => words.TakeNumber("retry-after", 0, int.MaxValue);

    private static int ReadCode(FaultWords words)
    {
        string word = words.Take("an HTTP status code");
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code is >= 200 and <= 599
            ? code
            : throw new FormatException($"'{word}' is no HTTP status code from 200 to 599.");
    }

    private static FaultMatch ReadMatch(FaultWords words)
    {
        FaultMatch match = FaultMatch.Any with { User = words.TakeOption("user") };
        bool any = match.User is not null;
        while (words.TryTakePlain(out string word))
        {
            any = true;
            match = word switch
            {
                ['/', ..] => match with { Path = word },
                ['?', ..] => match with { Query = [.. match.Query, Parameter(word[1..])] },
                "upgrade" => match with { Upgrade = true },
                _ when Verbs.Contains(word) => match with { Verb = word },
                _ when word.All(char.IsAsciiLetterUpper) => match with { Method = word },
                _ => match with { Resource = word },
            };
        }

        return any ? match : throw new FormatException("'on' needs to be followed by what the fault is for.");
    }

    private static KeyValuePair<string, string> Parameter(string word) =>
        word.Split('=', 2) is [var name, var value] ? new(name, value) : new(word, "*");
}
