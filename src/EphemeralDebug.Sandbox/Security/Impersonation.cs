using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Serialization;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Security;

/// <summary>Acting as somebody else: the headers Impersonate-User, -Uid, -Group and -Extra-*.</summary>
internal sealed class Impersonation(Authorizer authorizer)
{
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>The user to act as: the one who asks when there are no such headers.</summary>
    /// <exception cref="ApiStatusException">The headers make no sense, or the one who asks may not do this.</exception>
    public UserInfo Resolve(UserInfo user, AccessRequest request, IHeaderDictionary headers)
    {
        string name = headers["Impersonate-User"].ToString();
        string uid = headers["Impersonate-Uid"].ToString();
        string[] groups = [.. headers["Impersonate-Group"].OfType<string>()];
        var extra = headers
            .Where(header => header.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(
                header => Uri.UnescapeDataString(header.Key[ExtraPrefix.Length..].ToLowerInvariant()),
                header => (IReadOnlyList<string>)[.. header.Value.OfType<string>()],
                StringComparer.Ordinal);
        if (name.Length == 0)
        {
            return uid.Length == 0 && groups.Length == 0 && extra.Count == 0
                ? user
                : throw new ApiStatusException(ApiStatus.BadRequest($"requested {Describe(uid, groups, extra)} without impersonating a user name"));
        }

        bool serviceAccount = name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal);
        if (!Needed(name, serviceAccount, uid, groups, extra).All(needed => authorizer.Authorize(user, needed).Allowed))
        {
            AccessRequest refused = request with { Verb = $"impersonate-on:{(serviceAccount ? "serviceaccount" : "user-info")}:{request.Verb}" };
            throw new ApiStatusException(Refusals.Of(user, refused));
        }

        return new UserInfo(name, uid, WithImpliedGroups(name, groups)) { Extra = extra };
    }

    private static IEnumerable<AccessRequest> Needed(
        string name, bool serviceAccount, string uid, string[] groups, Dictionary<string, IReadOnlyList<string>> extra)
    {
        var impersonate = new AccessRequest("impersonate");
        yield return serviceAccount && name.Split(':') is [_, _, var accountNamespace, var account]
            ? impersonate with { Resource = "serviceaccounts", Namespace = accountNamespace, Name = account }
            : impersonate with { Resource = "users", Name = name };
        foreach (string group in groups)
        {
            yield return impersonate with { Resource = "groups", Name = group };
        }

        if (uid.Length > 0)
        {
            yield return impersonate with { Group = "authentication.k8s.io", Resource = "uids", Name = uid };
        }

        foreach ((string key, IReadOnlyList<string> values) in extra)
        {
            foreach (string value in values)
            {
                yield return impersonate with { Group = "authentication.k8s.io", Resource = "userextras", Subresource = key, Name = value };
            }
        }
    }

    private static List<string> WithImpliedGroups(string name, string[] groups)
    {
        List<string> result = [.. groups];
        if (groups.Length == 0 && name.Split(':') is ["system", "serviceaccount", var accountNamespace, _])
        {
            result.AddRange(["system:serviceaccounts", $"system:serviceaccounts:{accountNamespace}"]);
        }

        string implied = name == UserInfo.Anonymous.Name ? UserInfo.Unauthenticated : UserInfo.Authenticated;
        if (!result.Contains(implied, StringComparer.Ordinal))
        {
            result.Add(implied);
        }

        return result;
    }

    /// <summary>The requested user as the server prints it.</summary>
    private static string Describe(string uid, string[] groups, Dictionary<string, IReadOnlyList<string>> extra)
    {
        static string List(IReadOnlyList<string> values) =>
            values.Count == 0 ? "[]string(nil)" : $"[]string{{{GoFormat.QuoteAll(values)}}}";
        string extraText = extra.Count == 0
            ? "map[string][]string(nil)"
            : $"map[string][]string{{{string.Join(", ", extra.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{GoFormat.Quote(entry.Key)}:{List(entry.Value)}"))}}}";
        return $"&user.DefaultInfo{{Name:\"\", UID:{GoFormat.Quote(uid)}, Groups:{List(groups)}, Extra:{extraText}}}";
    }
}
