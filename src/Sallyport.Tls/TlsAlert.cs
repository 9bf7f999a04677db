using System.Globalization;
using System.Text;

namespace Sallyport.Tls;

/// <summary>One alert as the peer sent it.</summary>
/// <param name="Level">1 warning, 2 fatal; other numbers are kept.</param>
/// <param name="Code">The description's number.</param>
/// <remarks>RFC 8446, section 6.</remarks>
public readonly record struct TlsAlert(byte Level, byte Code)
{
    /// <summary>The code as a registry value; a number that is not registered is kept.</summary>
    public AlertDescription Description => (AlertDescription)Code;

    /// <summary>Whether the level says fatal (2). In TLS 1.3 every alert but close_notify and user_canceled ends the connection whatever its level.</summary>
    public bool IsFatal => Level == 2;

    /// <summary>Whether this is the orderly end, close_notify.</summary>
    public bool IsCloseNotify => Code == 0;

    /// <summary>The registry's name in lower case with underscores, such as "unknown_ca"; "alert_200" for a number it does not hold.</summary>
    public string Name => System.Enum.IsDefined(Description) ? Snake(Description.ToString()) : $"alert_{Code.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name and number, such as "unknown_ca (48)".</summary>
    public override string ToString() => $"{Name} ({Code.ToString(CultureInfo.InvariantCulture)})";

    private static string Snake(string pascal)
    {
        var text = new StringBuilder(pascal.Length + 4);
        foreach (char c in pascal)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
