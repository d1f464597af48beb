// The page that hands an answer on to an app (OAuth 2.0 Form Post Response Mode). Without script the person presses Continue.
document.getElementById("form-post").submit();
