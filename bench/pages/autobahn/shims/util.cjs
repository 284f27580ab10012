exports.inherits = require("inherits");
exports.inspect = String;
