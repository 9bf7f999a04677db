using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace OrdersApi.App.Areas;

/// <summary>An access key in the form of another service, of nobody, the same for the same text.</summary>
internal static class ForeignKey
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Of(string text) => "AKIA" + new string([.. SHA256.HashData(Encoding.UTF8.GetBytes(text)).Take(16).Select(value => Letters[value % Letters.Length])]);
}
