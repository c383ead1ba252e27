namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Permission bits as text.</summary>
internal static class FileModes
{
    /// <summary><c>rwxr-xr-x</c>.</summary>
    public static string Describe(int mode)
    {
        char[] text = "rwxrwxrwx".ToCharArray();
        for (int i = 0; i < text.Length; i++)
        {
            if ((mode >> (8 - i) & 1) == 0)
            {
                text[i] = '-';
            }
        }

        if ((mode & 0b1_000_000_000) != 0)
        {
            text[8] = text[8] == 'x' ? 't' : 'T';
        }

        return new string(text);
    }

    /// <summary>Applies <c>755</c>, <c>u+x</c>, <c>go-w</c>, <c>a=r</c> to a mode.</summary>
    /// <exception cref="UsageException">It is no mode.</exception>
    public static int Change(int mode, string change)
    {
        if (change.Length is > 0 and <= 4 && change.All(digit => digit is >= '0' and <= '7'))
        {
            return Convert.ToInt32(change, 8);
        }

        foreach (string clause in change.Split(','))
        {
            int at = clause.AsSpan().IndexOfAny('+', '-', '=');
            if (at < 0)
            {
                throw new UsageException($"invalid mode '{change}'");
            }

            int who = at == 0 || clause.AsSpan(0, at).Contains('a') ? 0b111_111_111 : 0;
            who |= (clause.AsSpan(0, at).Contains('u') ? 0b111_000_000 : 0) | (clause.AsSpan(0, at).Contains('g') ? 0b000_111_000 : 0) | (clause.AsSpan(0, at).Contains('o') ? 7 : 0);
            ReadOnlySpan<char> what = clause.AsSpan(at + 1);
            int bits = who & ((what.Contains('r') ? 0b100_100_100 : 0) | (what.Contains('w') ? 0b010_010_010 : 0) | (what.Contains('x') ? 0b001_001_001 : 0));
            mode = clause[at] switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                _ => (mode & ~who) | bits,
            };
        }

        return mode;
    }
}
